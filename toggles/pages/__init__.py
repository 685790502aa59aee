"""Pages that change a toggle: exposure, and going back to an earlier revision."""
