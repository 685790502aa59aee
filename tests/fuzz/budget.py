"""How long the fuzzers run: a minute at most in `make test`, longer when they are told so.

Seeds are fixed, so the same seconds try about the same cases; more seconds try more of them.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

SECONDS = float(os.environ.get("TOGGLEMESH_FUZZ_SECONDS", "30"))
PARTS = 5  # three fuzzers of our own, and Schemathesis on two descriptions
SEED = 20_260_101
LEAST = 60  # cases that are tried however slow the machine


def within_budget(cases: Iterable[T]) -> Iterator[T]:
    """The cases in a fixed disorder, as many as the time of one part allows."""
    shuffled = list(cases)
    random.Random(SEED).shuffle(shuffled)
    deadline = time.monotonic() + SECONDS / PARTS
    for number, case in enumerate(shuffled):
        if number >= LEAST and time.monotonic() > deadline:
            return
        yield case


def examples(*, operations: int, a_second: float) -> int:
    """How many examples Schemathesis may try of each operation."""
    return max(2, round(SECONDS / PARTS * a_second / operations))
