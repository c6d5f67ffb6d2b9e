"""Who passed, and who stands guard: checkpoints of the district."""
