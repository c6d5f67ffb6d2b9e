"""The enterprises service, one process with PostgreSQL."""
