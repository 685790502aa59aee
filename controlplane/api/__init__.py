"""Management API of what spans all apps: several changes at once."""
