"""Subscriptions: facts from the stream, fanned out to whoever may see them."""
