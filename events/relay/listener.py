"""The relay's own connection to PostgreSQL: hears NOTIFY, and holds the lock of the leader.

A session lock goes with the connection, so a relay that is killed or cut off leads no more.
Two that both believe to lead for a moment do no harm: Valkey takes each number once.
"""

from __future__ import annotations

from types import TracebackType

import psycopg
from django.db import connection
from psycopg import sql

from events.actions import CHANNEL

_LOCK = 0x70661F  # any constant; governance.turn has the one below

# A peer that vanishes without a word is noticed within half a minute, on both sides.
_NAME = {"application_name": "togglemesh-relay"}
_KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


class Listener:
    """Use as a context manager. Every method raises psycopg.Error when the connection is gone."""

    def __init__(self) -> None:
        given = connection.get_connection_params()
        for name in ("cursor_factory", "context", "prepare_threshold"):
            given.pop(name, None)
        self.connection = psycopg.connect(
            **{"connect_timeout": 5, **_KEEPALIVES, **given, **_NAME}, autocommit=True
        )
        for name, value in _KEEPALIVES.items():
            self.connection.execute(
                sql.SQL("SET {} = {}").format(sql.Identifier(f"tcp_{name}"), sql.Literal(value))
            )
        # Heard from here on, so that nothing that commits after the first pass is missed.
        self.connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))

    def lead(self) -> bool:
        """Whether this relay is the leader now. Does not wait."""
        row = self.connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        return bool(row and row[0])

    def wait(self, seconds: float) -> bool:
        """True as soon as someone notifies, False when nobody does for so long."""
        notified = any(True for _ in self.connection.notifies(timeout=seconds, stop_after=1))
        self.connection.execute("SELECT 1")  # raises when the connection is gone
        return notified

    def __enter__(self) -> Listener:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()
