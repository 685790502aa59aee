"""Management API of rollouts: thin views that perform changes."""
