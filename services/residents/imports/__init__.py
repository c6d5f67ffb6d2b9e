"""Imports of returnee lists: a file in whatever form offices send it, every row accounted for."""
