"""Faults and overload against a whole district of real processes: `make chaos`."""
