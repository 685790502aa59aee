"""Management API of the audit log: thin views that perform changes."""
