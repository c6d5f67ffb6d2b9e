"""The bench's own parts."""
