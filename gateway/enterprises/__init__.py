"""The enterprises domain of the schema."""
