"""A load generator: the same request over many kept connections, from a process of its own.

`python -m benchmarks.load PORT SECONDS`, the request on standard input; prints requests per second
and the share of a core that it took itself (near 1.0 it measures itself, not the server).
"""

from __future__ import annotations

import re
import selectors
import socket
import sys
import time

CONNECTIONS = 32
PIECE = 256 * 1024
HEAD = b"HTTP/1.1 200"
END_OF_HEAD = b"\r\n\r\n"

_find_length = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE).search


class Connection:
    """Sends the request again as soon as the answer is whole."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = request
        self.head = b""
        self.missing = 0  # bytes of the body that are still to come
        self.socket.sendall(request)

    def take(self) -> int:
        """Read what is there: 1 when that ended an answer, 0 otherwise."""
        piece = self.socket.recv(PIECE)
        if not piece:
            raise SystemExit("the server closed the connection")
        if self.missing:
            self.missing -= len(piece)
        elif not self._begin(self.head + piece):
            return 0
        if self.missing:
            return 0
        self.socket.send(self.request)
        return 1

    def _begin(self, answer: bytes) -> bool:
        """Whether the head is whole; then it is known how much of the body is missing."""
        end = answer.find(END_OF_HEAD)
        if end < 0:
            self.head = answer
            return False
        found = _find_length(answer, 0, end + len(END_OF_HEAD))
        if not answer.startswith(HEAD) or found is None:
            raise SystemExit(f"not a 200 with a length: {answer[:200]!r}")
        self.head = b""
        self.missing = int(found[1]) - (len(answer) - end - len(END_OF_HEAD))
        return True


def press(port: int, seconds: float, request: bytes) -> tuple[float, float]:
    """Requests per second, and our own share of a core."""
    selector = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        connection = Connection(port, request)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    began, used, answers = time.perf_counter(), time.process_time(), 0
    while (passed := time.perf_counter() - began) < seconds:
        for ready, _ in selector.select(timeout=1):
            answers += ready.data.take()
    return answers / passed, (time.process_time() - used) / passed


if __name__ == "__main__":
    rate, share = press(int(sys.argv[1]), float(sys.argv[2]), sys.stdin.buffer.read())
    print(rate, share)
