"""Management API of the audit log: thin views that call actions."""
