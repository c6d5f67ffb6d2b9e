"""Residents: who lives here, and who must stay at home."""
