"""ToggleMesh SDK."""
