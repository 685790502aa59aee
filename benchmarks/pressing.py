"""Several servers pressed in turns (A B C A B C …): what else happens meets all alike."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.samples import median
from benchmarks.table import Row

SECONDS = 0.7


@dataclass(frozen=True)
class Target:
    port: int
    request: bytes


@dataclass(frozen=True)
class Pressed:
    """Requests per second of each turn by server, and the load generator's busiest share."""

    rates: Mapping[str, list[float]]
    busiest: float

    def rate(self, name: str) -> str:
        return f"{median(self.rates[name]):,.0f} requests/s"

    def ratio(self, name: str, beside: str) -> float:
        """The median of the turns' ratios."""
        pairs = zip(self.rates[name], self.rates[beside], strict=True)
        return median([ours / theirs for ours, theirs in pairs])

    def generator(self) -> Row:
        return "the load generator's busiest turn", f"{self.busiest:.0%} of a core", ""


def press_in_turns(targets: Mapping[str, Target], turns: int, seconds: float = SECONDS) -> Pressed:
    for target in targets.values():
        _press(target, seconds)  # the first turn of each is not counted
    rates: dict[str, list[float]] = {name: [] for name in targets}
    busiest = 0.0
    for _ in range(turns):
        for name, target in targets.items():
            rate, share = _press(target, seconds)
            rates[name].append(rate)
            busiest = max(busiest, share)
    return Pressed(rates, busiest)


def make_request(method: str, path: str, key: str, content: Any = None) -> bytes:
    body = b"" if content is None else json.dumps(content).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {key}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


def _press(target: Target, seconds: float) -> tuple[float, float]:
    words = [sys.executable, "-m", "benchmarks.load", str(target.port), str(seconds)]
    done = subprocess.run(
        words, input=target.request, stdout=subprocess.PIPE, check=True, timeout=60
    )
    rate, share = done.stdout.split()
    return float(rate), float(share)
