"""The workers an application names."""
