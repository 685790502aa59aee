"""The principal behind a request, and what it may: for pages and API alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.principals import principal_of
from governance import policy
from governance.authorship import Authorship
from governance.changes import Change
from governance.policy import Permission
from governance.principals import Principal

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request


def principal(request: HttpRequest | Request) -> Principal:
    """A token's when one was sent, else the signed-in person's; read once for each request."""
    found = getattr(request, "auth", None)
    if isinstance(found, Principal):
        return found
    kept = getattr(request, "togglemesh_principal", None)
    if isinstance(kept, Principal):
        return kept
    made = principal_of(request.user)
    request.togglemesh_principal = made  # type: ignore[union-attr]  # read above, nowhere else
    return made


def authorship(request: HttpRequest | Request, reason: str) -> Authorship:
    """Who changes something with this request, and why."""
    return Authorship(principal(request), reason)


def may(request: HttpRequest | Request, permission: Permission) -> bool:
    """Whether to offer what needs the permission."""
    return policy.may(principal(request), permission)


def may_perform(request: HttpRequest | Request, change: Change[Any]) -> bool:
    """Whether to offer the change."""
    return all(may(request, permission) for permission in change.permissions())


def check_may_perform(request: HttpRequest | Request, change: Change[Any]) -> None:
    """Raise NotAllowed unless the change may be performed: before its form is shown."""
    policy.check_permission(principal(request), change.permissions())
