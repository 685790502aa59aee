"""What the audit log and revisions keep of each thing in accounts: its state, as JSON."""

from __future__ import annotations

from typing import Any

from accounts.models import AccessToken, ApiKey, Environment, Membership, Team, User

State = dict[str, Any]


def team_state(team: Team) -> State:
    return {"name": team.name}


def member_state(member: Membership) -> State:
    """`environments` holds the role that stands in place of it there; null for none at all."""
    narrowed = member.environment_roles.values_list("environment__key", "role")
    return {
        "role": member.role,
        "environments": {place: role or None for place, role in sorted(narrowed)},
    }


def user_state(user: User) -> State:
    """Never the password nor its digest."""
    return {
        "name": user.get_full_name(),
        "email": user.email,
        "active": user.is_active,
        "administrator": user.is_superuser,
        "rights": sorted(user.rights),
    }


def token_state(token: AccessToken) -> State:
    """Never the token nor its digest."""
    return {
        "kind": token.kind,
        "name": token.name,
        "user": token.user.get_username() if token.user else None,
        "roles": token.roles,
        "teams": token.teams,
        "environments": token.environments,
        "read_only": token.read_only,
        "expires_at": token.expires_at.isoformat(),
        "revoked": token.revoked_at is not None,
    }


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
