"""What differs between two states of something, place by place. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


class _Absent:
    """Nothing is there; null is something."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()


@dataclass(frozen=True, slots=True)
class Difference:
    """`path` as in `rules[0].percentage`; `before` or `after` is ABSENT where nothing is."""

    path: str
    before: Any
    after: Any


def differences(before: Any, after: Any) -> list[Difference]:
    """Every place that differs, in the order of the states' own members."""
    return list(_walk("", before, after))


def _walk(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            inner = f"{path}.{name}" if path else str(name)
            yield from _walk(inner, before.get(name, ABSENT), after.get(name, ABSENT))
    elif isinstance(before, list) and isinstance(after, list):
        for place in range(max(len(before), len(after))):
            yield from _walk(f"{path}[{place}]", _at(before, place), _at(after, place))
    elif not _same(before, after):
        yield Difference(path, before, after)


def _at(items: list[Any], place: int) -> Any:
    return items[place] if place < len(items) else ABSENT


def _same(before: Any, after: Any) -> bool:
    # In Python True == 1; for people they differ.
    return type(before) is type(after) and before == after
