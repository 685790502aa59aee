"""Every write is a typed change: a frozen value that says who may, what is wrong, what it does.

Pages, API, commands, imports, rollouts and the demo make one and hand it to `perform`; a dry run
hands it to `preview`. So rights, conflicts, audit and undo are the same everywhere.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import transaction

from governance.authorship import Authorship
from governance.differences import Difference, differences
from governance.policy import Permission, check_permission
from governance.turn import take_turn

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Description:
    """A change for people: one sentence, and the state of its subject before and after."""

    sentence: str
    before: Any = None
    after: Any = None

    @property
    def differences(self) -> list[Difference]:
        """Each place that differs, with both values."""
        return differences(self.before, self.after)


class Change(ABC, Generic[Result]):
    """Subclasses are frozen dataclasses. All methods may read the database; only `apply` writes."""

    @abstractmethod
    def permissions(self) -> Sequence[Permission]:
        """What the principal must have, all of it. Raises NotFound for what is not there."""

    def prepare(self) -> None:
        """Ask what takes long (a mesh), before the transaction: nobody waits for it in a lock."""

    def check(self) -> None:
        """Raise the Refusal that `apply` would, as far as reading can tell."""

    @abstractmethod
    def apply(self, by: Authorship) -> Result:
        """Write, within `perform`'s transaction: the rows, the audit entry, the event."""

    @abstractmethod
    def describe(self) -> Description:
        """What it would do, told before it is applied."""


def perform(by: Authorship, change: Change[Result]) -> Result:
    """Do it, all or nothing. Raises NotAllowed, or what `check` and `apply` refuse."""
    check_permission(by.principal, change.permissions())
    change.prepare()
    with transaction.atomic():
        take_turn()
        change.check()
        return change.apply(by)


def perform_all(by: Authorship, changes: Sequence[Change[Any]]) -> list[Any]:
    """Several in one transaction: all are done, or none."""
    for change in changes:
        check_permission(by.principal, change.permissions())
        change.prepare()
    with transaction.atomic():
        return [perform(by, change) for change in changes]


def preview(by: Authorship, change: Change[Any]) -> Description:
    """What `perform` would do; nothing is changed. Raises what it would refuse."""
    check_permission(by.principal, change.permissions())
    change.prepare()
    change.check()
    return change.describe()
