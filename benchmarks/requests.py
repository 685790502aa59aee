"""OFREP requests per second beside a bare ASGI application on the same server, the same bytes."""

from __future__ import annotations

import http.client
import json
from typing import Any

from benchmarks.hundred import Hundred, decided_on
from benchmarks.pressing import Target, make_request, press_in_turns
from benchmarks.table import Table
from benchmarks.workloads import CONTEXT
from benchmarks.world import FEATURE, World, wait_for
from controlplane.stack.freeports import free_port

TURNS = 9
ONE = f"/ofrep/v1/evaluate/flags/{FEATURE}"
ALL = "/ofrep/v1/evaluate/flags"
BODY = {"context": {"targetingKey": CONTEXT["userId"], **CONTEXT}}
BARE = "bare ASGI application, the same bytes"
READING = "the same, when it reads the request's body"
OURS = "evaluator"


def measure_one(world: World, turns: int = TURNS) -> Table:
    world.expose(percentage=50)
    return "OFREP, one feature", _measure(world, ONE, world.key, turns)


def measure_all(world: World, hundred: Hundred, turns: int = TURNS) -> Table:
    wait_for(lambda: is_served(world, hundred), "the evaluator has all features")
    rows = _measure(world, ALL, hundred.server_key, turns)
    return f"OFREP, bulk of {hundred.count} features", rows


def is_served(world: World, hundred: Hundred) -> bool:
    """Whether the bulk answer has each feature, and on what has to be on."""
    status, body = ask(world.evaluation_port, "POST", ALL, f"Bearer {hundred.server_key}", BODY)
    if status != 200:
        return False
    flags = json.loads(body)["flags"]
    on = {flag["key"] for flag in flags if flag["value"]}
    return len(flags) == hundred.count and on == decided_on(hundred.count)


def ask(port: int, method: str, path: str, key: str, content: Any = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Authorization": key, "Content-Type": "application/json"}
    body = None if content is None else json.dumps(content)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _measure(world: World, path: str, key: str, turns: int) -> list[tuple[str, str, str]]:
    status, answer = ask(world.evaluation_port, "POST", path, f"Bearer {key}", BODY)
    if status != 200:
        raise SystemExit(f"{path} answers {status}: {answer!r}")
    request = make_request("POST", path, f"Bearer {key}", BODY)
    targets = {
        BARE: Target(_start_bare(world, answer, reads="0"), request),
        READING: Target(_start_bare(world, answer, reads="1"), request),
        OURS: Target(world.evaluation_port, request),
    }
    pressed = press_in_turns(targets, turns)
    beside = (
        f"{pressed.ratio(OURS, BARE):.2f} of bare, {pressed.ratio(OURS, READING):.2f} of reading"
        f" (medians of {turns} turns; {len(answer):,} bytes)"
    )
    bare = [(name, pressed.rate(name), "") for name in (BARE, READING)]
    return [*bare, (OURS, pressed.rate(OURS), beside), pressed.generator()]


def _start_bare(world: World, answer: bytes, reads: str) -> int:
    port = free_port()
    world.python("benchmarks.bare", str(port), answer.decode(), port=port, BENCH_READS=reads)
    return port
