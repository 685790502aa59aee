"""A load generator: the same request over many kept connections, from a process of its own.

`python -m benchmarks.load PORT SECONDS`, the request on standard input; prints requests per second
and the share of a core that it took itself (near 1.0 it measures itself, not the server).
"""

from __future__ import annotations

import selectors
import socket
import sys
import time

CONNECTIONS = 32
LARGEST_ANSWER = 64 * 1024


def press(port: int, seconds: float, request: bytes) -> tuple[float, float]:
    """Requests per second, and our own share of a core."""
    selector = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, connection)
        connection.sendall(request)
    began, used, answers = time.perf_counter(), time.process_time(), 0
    while (passed := time.perf_counter() - began) < seconds:
        for ready, _ in selector.select(timeout=1):
            # A short answer on loopback comes in one piece.
            if not ready.data.recv(LARGEST_ANSWER).startswith(b"HTTP/1.1 200"):
                raise SystemExit("the server did not answer 200")
            answers += 1
            ready.data.send(request)
    return answers / passed, (time.process_time() - used) / passed


if __name__ == "__main__":
    rate, share = press(int(sys.argv[1]), float(sys.argv[2]), sys.stdin.buffer.read())
    print(rate, share)
