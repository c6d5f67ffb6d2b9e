"""Passages: what a device scanned, how the gate decided, stored once."""
