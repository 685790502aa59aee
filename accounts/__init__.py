"""People and machines that may act: users, teams, roles, environments, API keys, sign-in."""
