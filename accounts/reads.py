"""Find people, environments, teams and live keys."""

from accounts.models import ApiKey, Environment, Team, User
from governance.refusals import NotFound


def get_environment(key: str) -> Environment:
    """The environment. Raises NotFound naming the field `environment` and what there is."""
    found = Environment.objects.filter(key=key).first()
    if found is None:
        known = ", ".join(Environment.objects.values_list("key", flat=True)) or "none yet"
        raise NotFound(environment=f"There is no environment {key!r}; there are: {known}.")
    return found


def get_team(key: str, field: str = "owner") -> Team:
    """The team. Raises NotFound naming `field`."""
    found = Team.objects.filter(key=key).first()
    if found is None:
        raise NotFound(**{field: f"There is no team {key!r}."})
    return found


def get_user(name: str, field: str = "user") -> User:
    """The person. Raises NotFound naming `field`."""
    found = User.objects.filter(username=name).first()
    if found is None:
        raise NotFound(**{field: f"There is no user {name!r}."})
    return found


def live_keys() -> list[tuple[str, str, str, str, list[str]]]:
    """Selector, digest, kind, environment and origins of every key that is not revoked."""
    return list(
        ApiKey.objects.filter(revoked_at__isnull=True).values_list(
            "selector", "digest", "kind", "environment__key", "origins"
        )
    )
