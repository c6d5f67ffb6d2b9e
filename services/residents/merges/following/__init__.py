"""What follows a merge: orders, tasks, returns, wards, and what the survivor takes over."""
