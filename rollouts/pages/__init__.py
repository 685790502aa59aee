"""Pages that start a rollout, show it live and steer it."""
