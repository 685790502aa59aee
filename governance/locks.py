"""Locks of the audit log's upkeep: one process at a time, and nobody waits."""

from django.db import connection, transaction

ARCHIVING, CHECKING = 0x706620, 0x706621  # any constants; governance.turn has another


def try_lock(lock: int) -> bool:
    """Whether this transaction has the lock now; it is held until the transaction ends."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("try_lock() needs a transaction: the lock would be gone at once")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
        return bool(cursor.fetchone()[0])


def lock(which: int) -> None:
    """Wait for the lock; it is held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [which])
