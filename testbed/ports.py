"""Loopback ports that are free now, and likely to stay so until a program has bound them."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

# Below the range out of which kernels give ports to outgoing connections and to port 0.
RANGE = range(15000, 32000)


def free_ports(count: int) -> list[int]:
    """Different ports. They are held until all are found, then let go together."""
    found: list[int] = []
    with ExitStack() as held:
        for port in random.sample(RANGE, 1000):
            if len(found) == count:
                return found
            if _bind(held.enter_context(socket.socket()), port):
                found.append(port)
    raise OSError("no free loopback ports")


def _bind(asked: socket.socket, port: int) -> bool:
    try:
        asked.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
