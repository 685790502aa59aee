"""Marks what a change leaves as it is, where null is a value of its own."""

from typing import Any, Final

KEEP: Final[Any] = object()
