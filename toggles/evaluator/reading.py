"""Read from PostgreSQL what is new to this process. Runs in a thread of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import close_old_connections

from accounts.models import Environment
from accounts.reads import live_keys
from toggles import reads
from toggles.change_source import mark_of
from toggles.evaluator.keys import Row

LIMIT = 1_000  # more changes than that are slower than a snapshot


class Position(NamedTuple):
    """Where a reader of a change log stands; the mark is empty before the first change."""

    number: int
    mark: str


@dataclass(slots=True)
class News:
    """`snapshots` and `changes` by environment; an environment in neither has nothing new.

    `marks` are those of the last change in them.
    """

    keys: list[Row]
    environments: set[str]
    snapshots: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)


def read_news(held: Mapping[str, Position]) -> News:
    """What PostgreSQL has beyond what is held."""
    close_old_connections()
    clocks = dict(Environment.objects.values_list("key", "clock__number"))
    news = News(live_keys(), set(clocks))
    for environment, number in clocks.items():
        _read_environment(news, environment, held.get(environment), number or 0)
    return news


def _read_environment(news: News, environment: str, held: Position | None, last: int) -> None:
    if held and _is_in(environment, held):
        if held.number == last:
            return
        changes = reads.changes_after(environment, held.number, LIMIT)
        if changes and len(changes) < LIMIT and changes[0]["number"] == held.number + 1:
            news.changes[environment] = changes
            news.marks[environment] = _mark(environment, changes[-1]["number"])
            return
    # Nothing held, far behind, or the database was restored from a backup and tells otherwise.
    snapshot = news.snapshots[environment] = reads.snapshot(environment)
    news.marks[environment] = _mark(environment, snapshot["number"])


def _is_in(environment: str, held: Position) -> bool:
    return _mark(environment, held.number) == held.mark


def _mark(environment: str, number: int) -> str:
    return mark_of(environment, number) or ""
