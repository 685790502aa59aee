"""Take fields out of an object that people wrote; every mistake is told with its path. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from governance.refusals import Invalid

REQUIRED: Any = object()
WORDS = {dict: "an object", str: "text", bool: "true or false", list: "a list", int: "a number"}

# By field: what it must be, and what it is when it is left out.
Shape = Mapping[str, tuple[type, Any]]


def join(place: str, name: str | int) -> str:
    """The path of something inside: `documents[3].rules`, `documents[3].rules[0]`."""
    if isinstance(name, int):
        return f"{place}[{name}]"
    return f"{place}.{name}" if place else name


def take(value: Any, place: str, shape: Shape) -> dict[str, Any]:
    """Its fields, those that are left out by their defaults. Raises Invalid for all mistakes."""
    if not isinstance(value, Mapping):
        raise Invalid(**{place: "Must be an object."})
    known = ", ".join(shape)
    problems = {
        join(place, str(name)): f"There is no such field; there are: {known}."
        for name in value
        if name not in shape
    }
    for name, (kind, default) in shape.items():
        if name not in value:
            if default is REQUIRED:
                problems[join(place, name)] = "It is needed here."
        elif not _is(value[name], kind) and not (value[name] is None and default is None):
            problems[join(place, name)] = f"Must be {WORDS[kind]}."
    if problems:
        raise Invalid(**problems)
    return {name: value.get(name, default) for name, (_, default) in shape.items()}


def by_key(value: Mapping[str, Any], place: str) -> list[tuple[str, Any, str]]:
    """The members of an object with their paths."""
    return [(str(key), inner, join(place, str(key))) for key, inner in value.items()]


def _is(value: Any, kind: type) -> bool:
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)
