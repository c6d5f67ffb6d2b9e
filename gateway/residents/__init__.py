"""The residents domain of the schema."""
