"""What every domain of the schema shares: ids, pages, scalars, problems."""
