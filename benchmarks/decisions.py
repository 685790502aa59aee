"""The time of one decision in process, beside a bare function that looks into a dict."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.samples import median
from benchmarks.table import Row
from togglemesh import Client
from togglemesh.engine import Engine

ROUNDS = 15
CALLS = 20_000
COUNTRIES = [f"c{n:02}" for n in range(20)]
CONTEXT = {"targetingKey": "user-123", "country": "c13", "plan": "pro"}
VALUES = {"feature": True}
WANTED = [
    {"field": "country", "operator": "IN", "values": COUNTRIES},
    {"field": "plan", "operator": "IN", "values": ["pro"]},
]
WORKLOADS: dict[str, dict[str, Any]] = {
    "on-for-all": {"percentage": 100, "constraints": []},
    "sticky-50": {"percentage": 50, "constraints": []},
    "country-in-20-plan-equals-50": {"percentage": 50, "constraints": WANTED},
}


def measure() -> list[Row]:
    # Closed at once: this client only decides from its bootstrap, and has nobody to follow.
    logging.getLogger("togglemesh").setLevel(logging.ERROR)
    with Client("http://127.0.0.1:1", "none", bootstrap=_snapshot()) as client:
        client.close()
        base = _time(partial(_look_up, "feature", CONTEXT, False))
        rows: list[Row] = [("a function call and a look-up", _shown(base), "")]
        engine = Engine.from_snapshot(_snapshot())
        for name in WORKLOADS:
            for what, decide in (("engine", engine.decide), ("client", client.decide)):
                seconds = _time(partial(decide, name, CONTEXT, False))
                ratio = f"{seconds / base:.1f} x the look-up"
                rows.append((f"{what}: {name}", _shown(seconds), ratio))
    return rows


def _look_up(key: str, _context: dict[str, Any], default: bool) -> bool:
    return VALUES.get(key, default)


def _time(call: Callable[[], Any]) -> float:
    """Seconds of one call: the median of rounds, less the time of the empty loop."""
    return median([_round(call) - _round(_nothing) for _ in range(ROUNDS)])


def _round(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    for _ in range(CALLS):
        call()
    return (time.perf_counter() - began) / CALLS


def _nothing() -> None:
    pass


def _shown(seconds: float) -> str:
    return f"{seconds * 1e6:.2f} µs"


def _snapshot() -> dict[str, Any]:
    features = {name: _feature(name, given) for name, given in WORKLOADS.items()}
    return {
        "format": 1,
        "environment": "bench",
        "number": 1,
        "segments": {},
        "features": features,
    }


def _feature(name: str, given: dict[str, Any]) -> dict[str, Any]:
    rule = {"id": "share", "split": [{"variant": "on", "weight": 1}], **given}
    return {
        "key": name,
        "enabled": True,
        "revision": 1,
        "variants": {"off": {"value": False}, "on": {"value": True}},
        "off_variant": "off",
        "rules": [rule],
    }
