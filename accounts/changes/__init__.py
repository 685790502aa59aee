"""Changes of teams, members, environments and API keys."""

from accounts.changes.environments import ensure_environments
from accounts.changes.keys import CreateApiKey, RevokeApiKey, RotateApiKey
from accounts.changes.members import SetMember
from accounts.changes.teams import CreateTeam

__all__ = [
    "CreateApiKey",
    "CreateTeam",
    "RevokeApiKey",
    "RotateApiKey",
    "SetMember",
    "ensure_environments",
]
