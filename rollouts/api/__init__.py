"""Management API of rollouts: thin views that call actions."""
