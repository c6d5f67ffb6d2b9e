"""What this service must know of people and regions to decide by itself."""
