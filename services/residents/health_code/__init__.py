"""Standings of people: the color of the health code, with its reasons."""
