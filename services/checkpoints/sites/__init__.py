"""Checkpoints, their devices and hours."""
