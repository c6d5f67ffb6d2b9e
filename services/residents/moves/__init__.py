"""Moves of residents to another household, in the same grid or across scopes."""
