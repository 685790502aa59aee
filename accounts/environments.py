"""What other apps do when an environment comes or goes, within the same transaction.

Apps above know of more than accounts does; each registers as it gets ready.
"""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import Environment
from governance.authorship import Authorship

_after_creation: list[Callable[[Authorship, Environment], None]] = []
_before_deletion: list[Callable[[Environment], None]] = []


def register_created(handler: Callable[[Authorship, Environment], None]) -> None:
    """Call this after an environment was created: to put into it what each must have."""
    _after_creation.append(handler)


def register_deleting(handler: Callable[[Environment], None]) -> None:
    """Call this before an environment goes: to remove what the database would protect. Of the
    handlers that are registered, later ones (apps further up) run first.
    """
    _before_deletion.append(handler)


def created(by: Authorship, environment: Environment) -> None:
    for handler in _after_creation:
        handler(by, environment)


def deleting(environment: Environment) -> None:
    for handler in reversed(_before_deletion):
        handler(environment)
