"""Numbers of a change log have no gaps and follow the order of commits, whoever writes."""

import threading

import pytest
from django.db import connection, transaction

from accounts.changes import ensure_environments
from accounts.models import Environment
from toggles import change_log, reads


@pytest.mark.django_db(transaction=True)
def test_append__many_writers_at_once__no_gap_no_double() -> None:
    ensure_environments()
    production = Environment.objects.get(key="production")
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for n in range(10):
                with transaction.atomic():
                    change_log.append(production, "segment-removed", f"w{writer}-{n}", None)
        except BaseException as failure:  # reported by the test
            failures.append(failure)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(n,)) for n in range(5)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join(timeout=30)
    assert not failures
    assert [c["number"] for c in reads.changes_after("production", 0)] == list(range(1, 51))


@pytest.mark.django_db(transaction=True)
def test_append__rolled_back_writer__leaves_no_gap() -> None:
    ensure_environments()
    production = Environment.objects.get(key="production")
    with transaction.atomic():
        change_log.append(production, "segment-removed", "first", None)
    with transaction.atomic():
        change_log.append(production, "segment-removed", "lost", None)
        transaction.set_rollback(True)
    with transaction.atomic():
        change_log.append(production, "segment-removed", "second", None)
    assert [(c["number"], c["key"]) for c in reads.changes_after("production", 0)] == [
        (1, "first"),
        (2, "second"),
    ]
