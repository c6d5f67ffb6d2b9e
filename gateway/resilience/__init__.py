"""What keeps calls to services within bounds when a service is slow, broken or overrun: pure rules under a clock."""
