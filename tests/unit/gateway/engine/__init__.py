"""Each part of the engine, explained by tests."""
