"""Coverage: no grid without a worker, and an alarm while there is one."""
