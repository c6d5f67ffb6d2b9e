"""What every process stands on; it knows no word of the domain."""
