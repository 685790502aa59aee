"""Management API of features, toggles and segments: thin views that perform changes."""
