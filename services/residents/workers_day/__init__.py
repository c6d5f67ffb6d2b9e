"""A worker's day: what is to be done in one's own grids, each list one statement within the scope."""
