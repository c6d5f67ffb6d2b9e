"""Daily health checks of people under quarantine."""
