"""Teams that answer for enterprises."""
