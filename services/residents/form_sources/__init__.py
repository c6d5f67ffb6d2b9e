"""What a form may be made of: a closed list of sources, each a statement with its columns."""
