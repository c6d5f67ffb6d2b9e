"""The bench: the gateway's engine, its peers and its ceilings, side by side on the same stub services."""
