"""Quarantine orders: who must stay at home, from the draft to the release."""
