"""Keeps room for others when somebody opens connections by the thousand and says nothing.

The HTTP server takes connections in the order they come, and has neither a limit per address nor a
way to end those that are idle. So a thread looks at the sockets of its own process: an address that
has too many loses those that have been silent for longest. Connections on which nothing was ever
said are kept back by the kernel (TCP_DEFER_ACCEPT). Linux only; elsewhere there is no limit.
"""

from __future__ import annotations

import logging
import os
import socket
import struct
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NamedTuple

from accounts.addresses import Network, read_address

log = logging.getLogger("connections")

PAUSE = 0.2
DEFER_SECONDS = 10  # a connection on which nothing is said in this time never reaches us
FULL = 0.9  # of all places: from here on the address with most connections has too many
SPARE_FILES = 256  # kept for anything but connections
DESCRIPTORS = "/proc/self/fd"
# In `struct tcp_info`: milliseconds since data was last sent, and last received.
_SENT, _RECEIVED = 44, 52


def raise_file_limit() -> None:
    """As many open files as the system lets this process have: each connection is one."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - there is none on Windows

        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def places(most: int) -> int:
    """How many connections may be open: `most`, or what the limit of open files leaves."""
    if sys.platform == "win32":
        return most
    import resource  # noqa: PLC0415

    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return most if files == resource.RLIM_INFINITY else max(128, min(most, files - SPARE_FILES))


class Open(NamedTuple):
    """One open connection. `silent` is in milliseconds, `peer` its other end."""

    silent: int
    descriptor: int
    peer: tuple[str, int]


@dataclass(slots=True)
class ConnectionGuard:
    """Of the process whose one listening socket is the server's; addresses in `exempt` (proxies)
    may have any number."""

    most: int
    per_address: int
    exempt: Sequence[Network] = ()
    _port: int = 0

    def start(self) -> None:
        """In a thread that ends with the process."""
        if sys.platform == "linux":
            threading.Thread(target=self._watch, name="connections", daemon=True).start()

    def look(self) -> int:
        """Look once; how many connections were ended."""
        names = os.listdir(DESCRIPTORS)  # noqa: PTH208 - thousands of names, five times a second
        if not self._port:
            self._find_listener([int(name) for name in names])
        if not self._port or len(names) <= min(self.per_address, int(self.most * FULL)):
            return 0
        found: dict[str, list[Open]] = defaultdict(list)
        for name in names:
            one = _connection(int(name), self._port)
            if one:
                found[one.peer[0]].append(one)
        return sum(self._cut(address, many) for address, many in self._crowds(found))

    def _crowds(self, found: dict[str, list[Open]]) -> Iterator[tuple[str, list[Open]]]:
        """Addresses with more connections than they may have, and those beyond."""
        total = sum(map(len, found.values()))
        share = self.per_address
        if total > self.most * FULL:
            share = min(share, max(1, int(self.most * FULL) // len(found)))
        for address, many in found.items():
            known = read_address(address)
            exempt = known and any(known.version == n.version and known in n for n in self.exempt)
            if len(many) > share and not exempt:
                yield address, sorted(many, reverse=True)[: len(many) - share]

    def _cut(self, address: str, many: list[Open]) -> int:
        for one in many:
            _shut_down(one)
        log.warning("connections.cut address=%s connections=%s", address, len(many))
        return len(many)

    def _find_listener(self, descriptors: list[int]) -> None:
        for descriptor in descriptors:
            with _copy(descriptor) as one:
                if one and _listens(one):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, DEFER_SECONDS)
                    self._port = _port(one)

    def _watch(self) -> None:
        while True:
            began, cut = time.monotonic(), 0
            try:
                cut = self.look()
            except Exception:
                # Whatever it was, the next look may do: without any there is no limit.
                log.exception("connections.not_looked_at")
            # A look at many takes its time; it must not take that of requests.
            took = time.monotonic() - began
            time.sleep(PAUSE if cut else max(PAUSE, 5 * took))


@contextmanager
def _copy(descriptor: int) -> Iterator[socket.socket | None]:
    """The socket behind a descriptor, by a descriptor of its own (ours may be closed and taken by
    another at any time); None when it is no socket."""
    copy = _dup(descriptor)
    try:
        yield copy
    finally:
        if copy is not None:
            copy.close()


def _dup(descriptor: int) -> socket.socket | None:
    try:
        target = os.readlink(f"{DESCRIPTORS}/{descriptor}")  # noqa: PTH115 - see above
        if not target.startswith("socket:"):
            return None
        copy = os.dup(descriptor)
    except OSError:
        return None
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        return None


def _listens(one: socket.socket) -> bool:
    with suppress(OSError):
        return bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)) and _port(one) > 0
    return False


def _port(one: socket.socket) -> int:
    name = one.getsockname()
    return int(name[1]) if isinstance(name, tuple) else 0


def _connection(descriptor: int, port: int) -> Open | None:
    """What is open there, when it came in by our port."""
    with _copy(descriptor) as one, suppress(OSError):
        if one is None or _port(one) != port:
            return None
        peer = one.getpeername()
        told = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
        silent = min(struct.unpack_from("I", told, at)[0] for at in (_SENT, _RECEIVED))
        return Open(silent, descriptor, (str(peer[0]), int(peer[1])))
    return None


def _shut_down(one: Open) -> None:
    """The server sees that the other end has gone, and closes it."""
    with _copy(one.descriptor) as copy, suppress(OSError):
        if copy is not None and copy.getpeername()[:2] == one.peer:
            copy.shutdown(socket.SHUT_RDWR)
