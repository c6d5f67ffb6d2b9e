"""The three services; each owns its data."""
