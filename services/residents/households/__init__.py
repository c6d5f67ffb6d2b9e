"""Households: registered, corrected, closed when nobody lives there any more."""
