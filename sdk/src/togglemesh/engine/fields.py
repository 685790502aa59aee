"""Reading a field of an evaluation context as text: how constraints and stickiness see it.

Nothing here raises, whatever the context holds: a value that has no text counts as absent.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from togglemesh.engine.number_text import text_of_decimal, text_of_float

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
        return text_of_float(value)
    if isinstance(value, int):
        return _text_of_int(value)
    if isinstance(value, Decimal):
        return text_of_decimal(value)
    return str(value) if isinstance(value, UUID) else None


def _text_of_int(value: int) -> str | None:
    try:
        return int.__repr__(value)  # also of an enumeration's member, as JSON writes it
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
