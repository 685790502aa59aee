"""What changes of a service in one environment have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from accounts.reads import get_environment
from governance.changes import Change
from governance.policy import InTeam, Permission
from governance.principals import Role
from routing.reads import get_service

Result = TypeVar("Result")


class OfServiceHere(Change[Result]):
    """A change of a service in one environment."""

    service: str
    environment: str

    def permissions(self) -> Sequence[Permission]:
        owner = get_service(self.service).owner.key
        return [InTeam(Role.EDITOR, owner, self.environment)]

    @property
    def here(self) -> dict[str, Any]:
        return {
            "service": get_service(self.service),
            "environment": get_environment(self.environment),
        }
