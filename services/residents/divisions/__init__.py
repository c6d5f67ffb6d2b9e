"""Divisions of the district, its grids and grid workers, and where travelers come from."""
