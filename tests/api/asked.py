"""What a call asks the policy for, learned by making it as somebody who may everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import transaction
from django.urls import resolve

from accounts.api.rights import MembersOnly
from governance import policy
from governance.policy import Looking, Permission
from governance.principals import Principal
from tests.api.caller import Caller
from tests.api.cast import Player
from tests.api.endpoints import Endpoint


def asked_by(endpoint: Endpoint, path: str, admin: Player) -> list[Permission]:
    """The permissions of its view's gate and of the changes that it performs."""
    with recorded() as asked:
        status, answer = in_vain(admin.caller(), endpoint, path)
    assert status in (200, 201, 204), answer
    gate = resolve(f"/api/v1/{path.partition('?')[0]}").func.cls.permission_classes  # type: ignore[attr-defined]
    return [*([Looking()] if MembersOnly in gate else []), *asked]


def in_vain(caller: Caller, endpoint: Endpoint, path: str) -> tuple[int, Any]:
    """Call it, and take back whatever it did."""
    with transaction.atomic():
        answer = caller.call(endpoint.method, path, endpoint.body)
        transaction.set_rollback(True)
    return answer


@contextmanager
def recorded() -> Iterator[list[Permission]]:
    """Every permission that anything asks for meanwhile."""
    asked: list[Permission] = []
    with (
        patch("governance.changes.check_permission", _recorder(asked)),
        patch("governance.policy.check_permission", _recorder(asked)),
    ):
        yield asked


def _recorder(asked: list[Permission]) -> Callable[[Principal, Iterable[Permission]], None]:
    check = policy.check_permission

    def check_and_note(principal: Principal, permissions: Iterable[Permission]) -> None:
        given = list(permissions)
        asked.extend(one for one in given if one not in asked)
        check(principal, given)

    return check_and_note
