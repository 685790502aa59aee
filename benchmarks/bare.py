"""The baseline: an ASGI application that answers every request with the same bytes.

`python -m benchmarks.bare PORT BODY` serves it as the evaluator is served. With BENCH_READS=1 it
receives the request's body first, which costs granian a second turn of the event loop.
"""

from __future__ import annotations

import os
import sys

from toggles.evaluator.http import Receive, Scope, Send
from toggles.evaluator.server import end_with_parent, serve

BODY, READS = "BENCH_BODY", "BENCH_READS"


class Bare:
    def __init__(self, body: bytes, *, reads: bool) -> None:
        self.reads = reads
        length = b"%d" % len(body)
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        self.start = {"type": "http.response.start", "status": 200, "headers": headers}
        self.body = {"type": "http.response.body", "body": body}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if self.reads:
            await receive()
        await send(self.start)
        await send(self.body)


async def _live(receive: Receive, send: Send) -> None:
    for part in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{part}.complete"})


def create() -> Bare:
    end_with_parent()
    return Bare(os.environ[BODY].encode(), reads=os.environ.get(READS) == "1")


if __name__ == "__main__":
    os.environ[BODY] = sys.argv[2]
    serve("benchmarks.bare:create", "127.0.0.1", int(sys.argv[1]))
