"""Tools: loading a register from a stream, and rebuilding the local copies from a snapshot."""
