"""Screening rounds: every household of a scope is asked once, and every level sees the same progress."""
