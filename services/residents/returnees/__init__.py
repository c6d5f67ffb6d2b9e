"""Returnees: people on their way home, matched with the roster and given to a grid worker."""
