"""What offline devices upload in one go."""
