"""Reading a field of an evaluation context as text: how constraints and stickiness see it.

Nothing here raises, whatever the context holds: a value that has no text counts as absent.
"""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

Context = Mapping[str, Any]
Reader = Callable[[Context], str | None]

USER_FIELDS = ("userId", "targetingKey")


def as_context(candidate: object) -> Context:
    """The candidate if it is a mapping, else the empty context."""
    if not isinstance(candidate, Mapping):
        return {}
    try:
        return dict(candidate)
    except Exception:  # a mapping of the caller's own making may break in any way
        return {}


def text_of(value: object) -> str | None:
    """The text of a scalar as JSON shows it; None for what is empty, nested or not a scalar."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _text_of_float(value)
    if isinstance(value, int | UUID | Decimal):
        return _text_of_other(value)
    return None


def _text_of_float(value: float) -> str | None:
    if not math.isfinite(value):
        return None
    # JSON does not tell 7.0 from 7, so the id 7 must not change its bucket between languages.
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _text_of_other(value: int | UUID | Decimal) -> str | None:
    try:
        return str(value)
    except ValueError:  # Python refuses to write integers of thousands of digits
        return None


@lru_cache(maxsize=4096)
def reader(field: str) -> Reader:
    """A function that reads the field: the top level first, then `properties`."""
    if field in USER_FIELDS:
        return first_of(*(_plain_reader(name) for name in USER_FIELDS))
    return _plain_reader(field)


def nobody(_context: Context) -> str | None:
    """The reader that finds no id in any context."""
    return None


@lru_cache(maxsize=256)
def first_of(*readers: Reader) -> Reader:
    """A function that gives the first text that any of the readers finds."""

    def read(context: Context) -> str | None:
        for attempt in readers:
            text = attempt(context)
            if text is not None:
                return text
        return None

    return read


def _plain_reader(field: str) -> Reader:
    def read(context: Context) -> str | None:
        value = context.get(field)
        if value.__class__ is str and value:  # nearly always so: spares a call on each decision
            return value
        text = text_of(value)
        if text is None:
            properties = context.get("properties")
            if isinstance(properties, dict):
                text = text_of(properties.get(field))
        return text

    return read
