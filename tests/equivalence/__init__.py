"""The compiled engine answers as the reference executor does: generated documents on generated data."""
