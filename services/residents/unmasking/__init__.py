"""Showing a person's numbers in clear."""
