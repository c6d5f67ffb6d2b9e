"""How the schema reaches the services: declarations, loads, commands, transport."""
