"""From an earlier state of something in accounts, the change that gives it that state again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.changes import (
    CreateEnvironment,
    CreateTeam,
    DeleteEnvironment,
    DeleteTeam,
    DeleteUser,
    RemoveMember,
    SetApiKey,
    SetEnvironment,
    SetMember,
    SetTeam,
    SetUser,
)
from accounts.models import Environment, Team, User
from governance.changes import Change
from governance.refusals import Conflict

State = Mapping[str, Any] | None


def revert_team(key: str, state: State) -> Change[Any]:
    if state is None:
        return DeleteTeam(key)
    there = Team.objects.filter(key=key).exists()
    return SetTeam(key, **state) if there else CreateTeam(key, **state)


def revert_member(key: str, state: State) -> Change[Any]:
    team, _, user = key.partition("/")
    if state is None:
        return RemoveMember(team, user)
    # States from before roles could be narrowed say nothing about it.
    return SetMember(team, user, state["role"], state.get("environments", {}))


def revert_environment(key: str, state: State) -> Change[Any]:
    if state is None:
        return DeleteEnvironment(key)
    there = Environment.objects.filter(key=key).exists()
    return SetEnvironment(key, **state) if there else CreateEnvironment(key, **state)


def revert_user(name: str, state: State) -> Change[Any]:
    """All but the password, which nobody keeps."""
    if state is None:
        return DeleteUser(name)
    if not User.objects.filter(username=name).exists():
        raise Conflict(revision=f"{name} was deleted with their password: create them anew.")
    return SetUser(name, **state)


def revert_api_key(selector: str, state: State) -> Change[Any]:
    """Its name and origins; a revoked key stays revoked."""
    if state is None:
        raise Conflict(revision=f"Before that there was no key {selector}: revoke it instead.")
    return SetApiKey(selector, name=state["name"], origins=state["origins"])
