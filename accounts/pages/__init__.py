"""Pages of sign-in, and the gate in front of all pages."""
