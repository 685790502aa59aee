"""Clients at the interpreter's exit: their threads end while everything that they use is there."""

import atexit
from typing import Protocol
from weakref import WeakSet

PATIENCE = 1.0  # seconds for each thread; an exit must not hang on a server that does


class Leaving(Protocol):
    def leave(self, timeout: float = ...) -> None: ...


_open: "WeakSet[Leaving]" = WeakSet()


def close_at_exit(client: Leaving) -> None:
    """Calls the client's `leave` at exit, if the client lives so long."""
    _open.add(client)


@atexit.register
def _leave() -> None:
    for client in list(_open):
        client.leave(PATIENCE)
