"""How long a process may wait in PostgreSQL, and keep others waiting there.

Each connection begins with these limits. What a person or a probe waits for has short ones;
commands such as `migrate` and the imports may take longer, but never for ever.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class DatabaseLimits:
    """In seconds: the wait for one lock, one statement, a pause within a transaction, and a
    transaction whole."""

    lock: int
    statement: int
    idle: int
    transaction: int


WEB = DatabaseLimits(lock=3, statement=10, idle=10, transaction=20)
OF_COMMANDS = {
    "web": WEB,
    "evaluator": DatabaseLimits(lock=3, statement=8, idle=10, transaction=20),
    "worker": DatabaseLimits(lock=5, statement=15, idle=15, transaction=30),
    "relay": DatabaseLimits(lock=5, statement=30, idle=30, transaction=60),
}
OTHER_COMMANDS = DatabaseLimits(lock=10, statement=600, idle=60, transaction=3600)

# A peer that vanishes without a word is noticed within about twenty seconds.
KEEPALIVES = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 3}
UNACKNOWLEDGED = {"tcp_user_timeout": 20_000}  # milliseconds


def limits_of(argv: Sequence[str]) -> DatabaseLimits:
    """The limits of the process with this command line."""
    if Path(argv[0]).name != "manage.py":
        return OTHER_COMMANDS
    return OF_COMMANDS.get(argv[1] if len(argv) > 1 else "", OTHER_COMMANDS)


def limited(given: Mapping[str, Any], argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Options of a connection: what DATABASE_URL says itself goes before our limits."""
    limits = limits_of(sys.argv if argv is None else argv)
    ours = (
        f"-c lock_timeout={limits.lock}s -c statement_timeout={limits.statement}s "
        f"-c idle_in_transaction_session_timeout={limits.idle}s"
    )
    options = f"{ours} {given['options']}" if given.get("options") else ours
    return {"connect_timeout": 5, **KEEPALIVES, **UNACKNOWLEDGED, **given, "options": options}


def limit_transactions(connection: Any, **_: object) -> None:
    """On each new connection: the limit that only PostgreSQL 17 and later know."""
    seconds = limits_of(sys.argv).transaction
    if connection.vendor == "postgresql" and connection.pg_version >= 170000:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('transaction_timeout', %s, false)", [f"{seconds}s"])
