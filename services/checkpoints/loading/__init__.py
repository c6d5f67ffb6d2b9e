"""Loading a district from a stream."""
