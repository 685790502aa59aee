"""Clients in a forked child (gunicorn's preload, Celery's prefork): threads do not come along,
so without this a client would go stale there and never say so.
"""

import os
from typing import Protocol
from weakref import WeakSet


class Forkable(Protocol):
    def after_fork(self) -> None: ...


_forkable: "WeakSet[Forkable]" = WeakSet()


def restart_after_fork(client: Forkable) -> None:
    """Calls the client's `after_fork` in each child, for as long as the client lives."""
    _forkable.add(client)


def _restart() -> None:
    for client in list(_forkable):
        client.after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_restart)
