"""Households and residents."""
