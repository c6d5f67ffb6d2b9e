"""Problem tickets of enterprises."""
