"""Whether an enterprise works, and how much."""
