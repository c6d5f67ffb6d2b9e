"""The residents service."""
