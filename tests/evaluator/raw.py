"""Connections by hand: a client that says only a part of what it should, or nothing."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

import httpx

HEALTH_SECONDS = 1.0


@contextlib.contextmanager
def connections(port: int, count: int, say: bytes) -> Iterator[list[socket.socket]]:
    """So many open connections on which `say` was sent."""
    opened: list[socket.socket] = []
    try:
        for _ in range(count):
            opened.append(socket.create_connection(("127.0.0.1", port), timeout=10))
            if say:
                opened[-1].sendall(say)
        yield opened
    finally:
        for one in opened:
            one.close()


def still_open(opened: list[socket.socket]) -> int:
    """How many the server has not closed."""
    return sum(not _closed(one) for one in opened)


def _closed(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        while one.recv(65536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


def is_healthy(port: int, paths: tuple[str, ...] = ("/healthz", "/readyz")) -> bool:
    """Whether each address of health answers 200 within a second, on a connection of its own."""
    for path in paths:
        began = time.monotonic()
        answer = httpx.get(f"http://127.0.0.1:{port}{path}", timeout=HEALTH_SECONDS)
        if answer.status_code != 200 or time.monotonic() - began > HEALTH_SECONDS:
            return False
    return True
