"""What a gate must know of people and regions, copied ahead from residents."""
