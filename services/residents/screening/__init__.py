"""Screening: somebody of the grid finds out about a person who came back, step by step."""
