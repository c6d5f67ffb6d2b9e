"""The numbers of a division."""
