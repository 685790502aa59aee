"""What of accounts depends on teams and environments."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import AccessToken, ApiKey, TokenKind


def of_environment(key: str) -> list[str]:
    """Keys that are live there."""
    live = ApiKey.objects.filter(environment__key=key, revoked_at__isnull=True)
    return [f"the API key {selector}" for selector in live.values_list("selector", flat=True)]


def of_team(key: str) -> list[str]:
    """Live service tokens with a role in it."""
    live = AccessToken.objects.filter(
        kind=TokenKind.SERVICE,
        roles__has_key=key,
        revoked_at__isnull=True,
        expires_at__gt=timezone.now(),
    )
    return [f"the service token {name}" for name in live.values_list("name", flat=True)]
