"""Loading a district from a stream, and telling all of it at once."""
