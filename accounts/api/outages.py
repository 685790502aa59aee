"""What a database that is busy or away means for a request: the sentence, and when to come back."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import InterfaceError, OperationalError

OUTAGES = (OperationalError, InterfaceError)

# SQLSTATEs after which PostgreSQL has certainly undone the transaction (the limits of
# controlplane.database_limits).
UNDONE = {
    "55P03": "Another change holds this one up (lock_timeout).",
    "57014": "It took longer than it may (statement_timeout).",
}


@dataclass(frozen=True, slots=True)
class Outage:
    """`again` is for Retry-After, in seconds."""

    sentence: str
    again: int


AWAY = Outage(
    "The database does not answer now. Whether a change was made is not known: look, then try "
    "again in a moment.",
    5,
)


def outage_of(exception: BaseException) -> Outage:
    """What happened, what it means for the change, and what to do."""
    why = UNDONE.get(getattr(exception.__cause__, "sqlstate", None) or "")
    return Outage(f"{why} Nothing was changed; try again.", 2) if why else AWAY
