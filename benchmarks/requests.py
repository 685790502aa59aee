"""OFREP requests per second beside a bare ASGI application on the same server.

Both are pressed in turns (A B A B …), so that what else happens on the machine meets both alike.
"""

from __future__ import annotations

import http.client
import subprocess
import sys

from benchmarks.samples import median
from benchmarks.table import Row
from benchmarks.world import FEATURE, World
from controlplane.stack.freeports import free_port

PAIRS = 9
SECONDS = 1.0
BODY = b'{"context":{"targetingKey":"user-123","country":"c13","plan":"pro"}}'
PATH = f"/ofrep/v1/evaluate/flags/{FEATURE}"


def measure(world: World) -> list[Row]:
    world.expose(percentage=50)
    bare = free_port()
    world.python("benchmarks.bare", str(bare), _answer(world), port=bare)
    request = _request(world)
    for port in (world.evaluation_port, bare):
        _press(port, request)  # the first round of each is not counted
    pairs = [(_press(world.evaluation_port, request), _press(bare, request)) for _ in range(PAIRS)]
    ours, beside = [a for (a, _), _ in pairs], [b for _, (b, _) in pairs]
    ratio = median([a / b for a, b in zip(ours, beside, strict=True)])
    busy = max(share for pair in pairs for _, share in pair)
    return [
        ("bare ASGI application, the same bytes", f"{median(beside):,.0f} requests/s", ""),
        ("evaluator", f"{median(ours):,.0f} requests/s", f"{ratio:.2f} of bare ({PAIRS} pairs)"),
        ("the load generator's busiest round", f"{busy:.0%} of a core", ""),
    ]


def _answer(world: World) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", world.evaluation_port, timeout=10)
    connection.request("POST", PATH, BODY, {"Authorization": f"Bearer {world.key}"})
    return connection.getresponse().read().decode()


def _request(world: World) -> bytes:
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {world.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
    )
    return head.encode() + BODY


def _press(port: int, request: bytes) -> tuple[float, float]:
    words = [sys.executable, "-m", "benchmarks.load", str(port), str(SECONDS)]
    done = subprocess.run(words, input=request, capture_output=True, check=True, timeout=60)
    rate, share = done.stdout.split()
    return float(rate), float(share)
