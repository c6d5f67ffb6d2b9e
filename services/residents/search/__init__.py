"""Search: residents by name, initials, address, document and phone, within one's scope and quick in any."""
