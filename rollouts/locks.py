"""One worker at a time carries a rollout on. The lock goes with the worker's session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection


@contextmanager
def held(rollout: UUID) -> Iterator[bool]:
    """True inside when this session got the rollout's advisory lock; another holds it if not.

    PostgreSQL drops the lock when the worker dies, so nothing is ever left locked.
    """
    key = _two_ints(rollout)
    got = _ask("SELECT pg_try_advisory_lock(%s, %s)", key)
    try:
        yield got
    finally:
        if got:
            _ask("SELECT pg_advisory_unlock(%s, %s)", key)


def _ask(question: str, key: tuple[int, int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, key)
        row = cursor.fetchone()
    return bool(row and row[0])


def _two_ints(rollout: UUID) -> tuple[int, int]:
    first = int.from_bytes(rollout.bytes[:4], "big", signed=True)
    return first, int.from_bytes(rollout.bytes[4:8], "big", signed=True)
