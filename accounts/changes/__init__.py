"""Changes of people, teams, members, environments, tokens and API keys."""

from accounts.changes.environments import (
    CreateEnvironment,
    DeleteEnvironment,
    SetEnvironment,
    ensure_environments,
)
from accounts.changes.keys import CreateApiKey, RevokeApiKey, RotateApiKey, SetApiKey
from accounts.changes.members import RemoveMember, SetMember
from accounts.changes.teams import CreateTeam, DeleteTeam, SetTeam
from accounts.changes.tokens import CreatePersonalToken, CreateServiceToken, RevokeToken
from accounts.changes.users import CreateUser, DeleteUser, SetUser

__all__ = [
    "CreateApiKey",
    "CreateEnvironment",
    "CreatePersonalToken",
    "CreateServiceToken",
    "CreateTeam",
    "CreateUser",
    "DeleteEnvironment",
    "DeleteTeam",
    "DeleteUser",
    "RemoveMember",
    "RevokeApiKey",
    "RevokeToken",
    "RotateApiKey",
    "SetApiKey",
    "SetEnvironment",
    "SetMember",
    "SetTeam",
    "SetUser",
    "ensure_environments",
]
