"""Management API of declarations."""
