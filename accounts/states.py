"""What the audit log and revisions keep of each thing in accounts: its state, as JSON."""

from __future__ import annotations

from typing import Any

from accounts.models import ApiKey, Environment, Membership, Team

State = dict[str, Any]


def team_state(team: Team) -> State:
    return {"name": team.name}


def member_state(member: Membership) -> State:
    return {"role": member.role}


def environment_state(environment: Environment) -> State:
    return {
        "name": environment.name,
        "position": environment.position,
        "production": environment.production,
    }


def api_key_state(key: ApiKey) -> State:
    """Never the key nor its digest."""
    return {
        "kind": key.kind,
        "format": key.format,
        "environment": key.environment.key,
        "name": key.name,
        "origins": key.origins,
        "replaces": key.replaces.selector if key.replaces else None,
        "revoked": key.revoked_at is not None,
    }
