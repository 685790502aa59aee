"""Waiting for a condition, with a deadline, instead of sleeping for a guessed time."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

T = TypeVar("T")


class TooLate(Exception):
    """The condition did not come true in time; the text says which."""


def wait_until(condition: Callable[[], T], seconds: float, what: str) -> T:
    """The first true value of `condition`, asked again and again. Raises TooLate."""
    deadline = monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if monotonic() > deadline:
            raise TooLate(f"{what}: not within {seconds:g} s")
        sleep(0.02)
