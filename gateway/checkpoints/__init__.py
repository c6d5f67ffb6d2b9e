"""The checkpoints domain of the schema."""
