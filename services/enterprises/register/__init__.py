"""Enterprises and industries."""
