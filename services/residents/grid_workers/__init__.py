"""Grid workers, and who of them serves which grid when."""
