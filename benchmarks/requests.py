"""OFREP requests per second beside a bare ASGI application on the same server.

All are pressed in turns (A B C A B C …), so that what else happens on the machine meets all alike.
"""

from __future__ import annotations

import http.client
import subprocess
import sys

from benchmarks.samples import median
from benchmarks.table import Row
from benchmarks.world import FEATURE, World
from controlplane.stack.freeports import free_port

Turn = dict[str, tuple[float, float]]  # by application: requests per second, the generator's share

TURNS = 9
SECONDS = 1.0
BODY = b'{"context":{"targetingKey":"user-123","country":"c13","plan":"pro"}}'
PATH = f"/ofrep/v1/evaluate/flags/{FEATURE}"
BARE = "bare ASGI application, the same bytes"
READING = "the same, when it reads the request's body"


def measure(world: World) -> list[Row]:
    world.expose(percentage=50)
    ports = {BARE: _start_bare(world, reads="0"), READING: _start_bare(world, reads="1")}
    ports["evaluator"] = world.evaluation_port
    request = _request(world)
    for port in ports.values():
        _press(port, request)  # the first round of each is not counted
    turns = [{name: _press(port, request) for name, port in ports.items()} for _ in range(TURNS)]
    rows = [
        (name, f"{median(_rates(turns, name)):,.0f} requests/s", "") for name in (BARE, READING)
    ]
    beside = f"{_ratio(turns, BARE):.2f} of bare, {_ratio(turns, READING):.2f} of reading"
    rate = f"{median(_rates(turns, 'evaluator')):,.0f} requests/s"
    busy = max(share for turn in turns for _, share in turn.values())
    return [
        *rows,
        ("evaluator", rate, f"{beside} (medians of {TURNS} turns)"),
        ("the load generator's busiest round", f"{busy:.0%} of a core", ""),
    ]


def _start_bare(world: World, reads: str) -> int:
    port = free_port()
    world.python("benchmarks.bare", str(port), _answer(world), port=port, BENCH_READS=reads)
    return port


def _rates(turns: list[Turn], name: str) -> list[float]:
    return [turn[name][0] for turn in turns]


def _ratio(turns: list[Turn], beside: str) -> float:
    return median([turn["evaluator"][0] / turn[beside][0] for turn in turns])


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
