"""The servers in Python: the engine, Strawberry, and the two ceilings."""
