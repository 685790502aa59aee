"""Read from PostgreSQL what is new to this process. Runs in a thread of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import close_old_connections

from accounts.models import Environment
from accounts.reads import live_keys
from toggles import reads

LIMIT = 1_000  # more changes than that are slower than a snapshot


@dataclass(slots=True)
class News:
    """`snapshots` and `changes` by environment; an environment in neither has nothing new."""

    keys: list[tuple[str, str, str, str]]
    environments: set[str]
    snapshots: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def read_news(numbers: Mapping[str, int]) -> News:
    """What PostgreSQL has beyond `numbers` (what is held, by environment)."""
    close_old_connections()
    clocks = dict(Environment.objects.values_list("key", "clock__number"))
    news = News(live_keys(), set(clocks))
    for environment, number in clocks.items():
        _read_environment(news, environment, numbers.get(environment), number or 0)
    return news


def _read_environment(news: News, environment: str, held: int | None, last: int) -> None:
    if held == last:
        return
    if held is not None and held < last:
        changes = reads.changes_after(environment, held, LIMIT)
        if len(changes) < LIMIT and changes[0]["number"] == held + 1:
            news.changes[environment] = changes
            return
    # Nothing held, far behind, or ahead of a database that was restored from a backup.
    news.snapshots[environment] = reads.snapshot(environment)
