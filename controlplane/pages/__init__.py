"""Pages that show all of a feature (toggles, routes, rollouts at once), and the audit log."""
