"""Change teams, members, environments and API keys."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts import keys
from accounts.models import ApiKey, Environment, KeyFormat, KeyKind, Membership, Role, Team, User
from accounts.origins import ANY, check_origins
from accounts.reads import get_environment
from events.actions import emit
from governance.actions import record
from governance.authorship import Authorship
from governance.names import check_key
from governance.refusals import Conflict, Invalid, NotFound
from governance.turn import take_turn

FIRST_ENVIRONMENTS = (
    ("development", "Development", False),
    ("staging", "Staging", False),
    ("production", "Production", True),
)


@transaction.atomic
def create_team(by: Authorship, *, key: str, name: str) -> Team:
    """Create a team; one that is there already is returned as it is."""
    take_turn()
    team, created = Team.objects.get_or_create(key=check_key(key), defaults={"name": name})
    if created:
        record(by, "team.created", f"team:{key}", {"name": name})
    return team


@transaction.atomic
def set_member(by: Authorship, *, team: Team, user: User, role: str) -> Membership:
    """Give a person a role in a team."""
    if role not in Role.values:
        raise Invalid(role=f"{role!r} is no role; choose one of {', '.join(Role.values)}.")
    take_turn()
    member, _ = Membership.objects.update_or_create(team=team, user=user, defaults={"role": role})
    record(by, "member.set", f"team:{team.key}", {"user": user.get_username(), "role": role})
    return member


@transaction.atomic
def ensure_environments() -> list[Environment]:
    """Development, staging and production, unless they are there."""
    take_turn()
    by = Authorship("togglemesh", "the first environments")
    for position, (key, name, production) in enumerate(FIRST_ENVIRONMENTS):
        _, created = Environment.objects.get_or_create(
            key=key, defaults={"name": name, "position": position, "production": production}
        )
        if created:
            record(by, "environment.created", f"environment:{key}", {"production": production})
    return list(Environment.objects.all())


@transaction.atomic
def create_api_key(
    by: Authorship,
    *,
    kind: str,
    environment: str,
    name: str,
    origins: Sequence[str] | None = None,
    format: str = KeyFormat.TOGGLEMESH,  # noqa: A002 - the field's name in the API
) -> str:
    """Create a key and return its whole text, the only time that anybody sees it.

    Without `origins` a client key may be used from any web page, any other from none.
    """
    if kind not in KeyKind.values:
        raise Invalid(
            kind=f"{kind!r} is no kind of key; choose one of {', '.join(KeyKind.values)}."
        )
    if format not in KeyFormat.values:
        known = ", ".join(KeyFormat.values)
        raise Invalid(format=f"{format!r} is no format of keys; choose one of {known}.")
    if origins is None:
        origins = [ANY] if kind == KeyKind.CLIENT else []
    check_origins(origins)
    where = get_environment(environment)
    take_turn()
    return _create(
        by,
        ApiKey(kind=kind, environment=where, name=name, origins=list(origins), format=format),
    )


@transaction.atomic
def rotate_api_key(by: Authorship, *, selector: str) -> str:
    """Create a key that takes the place of another; both are live until that one is revoked.

    Conflict when the key is revoked, or has a live successor already.
    """
    take_turn()
    key = _get_key(selector)
    if key.revoked_at is not None:
        raise Conflict(selector=f"The API key {selector!r} is revoked: create a new one.")
    if key.successors.filter(revoked_at__isnull=True).exists():
        raise Conflict(
            selector=f"The API key {selector!r} has a live successor: revoke one of the two first."
        )
    return _create(
        by,
        ApiKey(
            kind=key.kind,
            environment=key.environment,
            name=key.name,
            origins=key.origins,
            format=key.format,
            replaces=key,
        ),
    )


@transaction.atomic
def revoke_api_key(by: Authorship, *, selector: str) -> ApiKey:
    """Revoke a key for good; a revoked one stays revoked."""
    take_turn()
    key = _get_key(selector)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        _tell(by, "api-key.revoked", selector, {"environment": key.environment.key})
    return key


def _get_key(selector: str) -> ApiKey:
    key = ApiKey.objects.select_related("environment").filter(selector=selector).first()
    if key is None:
        raise NotFound(selector=f"There is no API key with the selector {selector!r}.")
    return key


def _create(by: Authorship, key: ApiKey) -> str:
    of_unleash = key.format == KeyFormat.UNLEASH
    text = keys.make_for_unleash(key.environment.key) if of_unleash else keys.make(key.kind)
    parts = keys.parse(text)
    if parts is None:
        raise RuntimeError("a key that we made ourselves does not parse")
    key.selector, key.digest = parts
    key.created_by = by.author
    key.save()
    detail = {"kind": key.kind, "environment": key.environment.key, "name": key.name}
    if key.replaces:
        detail["replaces"] = key.replaces.selector
    _tell(by, "api-key.created", key.selector, detail)
    return text


def _tell(by: Authorship, what: str, selector: str, detail: dict[str, str]) -> None:
    record(by, what, f"api-key:{selector}", detail)
    emit("access", what, selector, detail)
