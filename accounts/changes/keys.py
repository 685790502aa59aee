"""Create, change, rotate and revoke API keys. What creates one returns its text, this once only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts import keys
from accounts.changes.telling import tell
from accounts.models import ApiKey, KeyFormat, KeyKind
from accounts.origins import ANY, check_origins
from accounts.reads import get_environment
from accounts.states import api_key_state
from accounts.titles import check_title
from accounts.unchanged import KEEP
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.history import expect_revision
from governance.policy import OfInstallation, Permission
from governance.principals import Right
from governance.refusals import Conflict, Invalid, NotFound


class _ForKeys:
    """Keys open an environment whole, so they belong to the installation."""

    def permissions(self) -> Sequence[Permission]:
        return [OfInstallation(Right.KEYS)]


@dataclass(frozen=True)
class CreateApiKey(_ForKeys, Change[str]):
    """Without `origins` a client key may be used from any web page, any other from none."""

    kind: str
    environment: str
    name: str
    origins: Sequence[str] | None = None
    format: str = KeyFormat.TOGGLEMESH

    def check(self) -> None:
        if self.kind not in KeyKind.values:
            known = ", ".join(KeyKind.values)
            raise Invalid(kind=f"{self.kind!r} is no kind of key; choose one of {known}.")
        if self.format not in KeyFormat.values:
            known = ", ".join(KeyFormat.values)
            raise Invalid(format=f"{self.format!r} is no format of keys; choose one of {known}.")
        check_origins(self._origins())
        check_title(self.name)
        get_environment(self.environment)

    def apply(self, by: Authorship) -> str:
        where = get_environment(self.environment)
        given = {"kind": self.kind, "name": self.name, "format": self.format}
        return _create(by, ApiKey(environment=where, origins=self._origins(), **given))

    def describe(self) -> Description:
        return Description(f"Creates a {self.kind} key to {self.environment}.")

    def _origins(self) -> list[str]:
        if self.origins is None:
            return [ANY] if self.kind == KeyKind.CLIENT else []
        return list(self.origins)


@dataclass(frozen=True)
class RotateApiKey(_ForKeys, Change[str]):
    """Create a key that takes the place of another; both are live until that one is revoked."""

    selector: str

    def check(self) -> None:
        key = get_key(self.selector)
        if key.revoked_at is not None:
            raise Conflict(selector=f"The API key {self.selector!r} is revoked: create a new one.")
        if key.successors.filter(revoked_at__isnull=True).exists():
            raise Conflict(
                selector=f"The API key {self.selector!r} has a live successor: revoke one of the "
                "two first."
            )

    def apply(self, by: Authorship) -> str:
        key = get_key(self.selector)
        names = ("kind", "environment", "name", "origins", "format")
        same = {name: getattr(key, name) for name in names}
        return _create(by, ApiKey(**same, replaces=key))

    def describe(self) -> Description:
        return Description(f"Creates a key that succeeds {self.selector}.")


@dataclass(frozen=True)
class RevokeApiKey(_ForKeys, Change[ApiKey]):
    """Revoke a key for good; a revoked one stays revoked."""

    selector: str

    def check(self) -> None:
        get_key(self.selector)

    def apply(self, by: Authorship) -> ApiKey:
        key = get_key(self.selector)
        if key.revoked_at is None:
            before = api_key_state(key)
            key.revoked_at = timezone.now()
            key.save(update_fields=["revoked_at"])
            subject = f"api-key:{self.selector}"
            tell(by, "api-key.revoked", subject, before=before, after=api_key_state(key))
        return key

    def describe(self) -> Description:
        return Description(f"Revokes the key {self.selector} for good.")


@dataclass(frozen=True)
class SetApiKey(_ForKeys, Change[ApiKey]):
    """Change a key's name, or where it may be used from. The same again changes nothing."""

    selector: str
    name: str = KEEP
    origins: Sequence[str] = KEEP
    expected_revision: int | None = None

    def check(self) -> None:
        get_key(self.selector)
        check_title(self.name)
        if self.origins is not KEEP:
            check_origins(list(self.origins))
        expect_revision(f"api-key:{self.selector}", self.expected_revision)

    def apply(self, by: Authorship) -> ApiKey:
        before = api_key_state(get_key(self.selector))
        key = self._changed()
        if api_key_state(key) != before:
            key.save(update_fields=["name", "origins"])
            subject = f"api-key:{self.selector}"
            tell(by, "api-key.set", subject, before=before, after=api_key_state(key))
        return key

    def describe(self) -> Description:
        before = api_key_state(get_key(self.selector))
        return Description(
            f"Changes the key {self.selector}.", before, api_key_state(self._changed())
        )

    def _changed(self) -> ApiKey:
        key = get_key(self.selector)
        if self.name is not KEEP:
            key.name = self.name
        if self.origins is not KEEP:
            key.origins = list(self.origins)
        return key


def get_key(selector: str) -> ApiKey:
    """The key. Raises NotFound naming `selector`."""
    found = ApiKey.objects.select_related("environment", "replaces")
    key = found.filter(selector=selector).first()
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
    subject = f"api-key:{key.selector}"
    tell(by, "api-key.created", subject, before=None, after=api_key_state(key))
    return text
