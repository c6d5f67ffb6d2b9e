"""Risk regions: where a return means watching, as declared by the district, in versions."""
