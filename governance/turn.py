"""One writer at a time: changes of the control plane take turns.

The audit chain needs it (each entry hashes the one before), and it makes the order of ids in the
outbox the order of commits, so that the relay never overtakes a transaction still under way.
"""

from django.db import connection, transaction

_LOCK = 0x70661E  # any constant; shared by all writers


def take_turn() -> None:
    """Wait for this transaction's turn; held until it ends. Safe to call again within it."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("take_turn() needs a transaction: the lock would be gone at once")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
