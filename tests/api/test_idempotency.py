"""`Idempotency-Key`: a request that is sent again takes effect once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import ApiKey, Environment, KeptAnswer, Team, User
from controlplane.retention import sweep
from governance.models import AuditEntry
from tests.api.caller import Caller, everything
from tests.api.endpoints import WHY
from tests.conditions import eventually
from toggles.models import Feature

FEATURE = {**WHY, "key": "dark-mode", "name": "Dark mode", "owner": "shop"}
KEY = {**WHY, "kind": "server", "environment": "staging", "name": "cart"}


def test_post__same_key_and_body__same_answer_and_one_effect(
    environments: object, as_editor: Caller
) -> None:
    first = as_editor.ask("POST", "features", FEATURE, idempotency_key="k1")
    before = everything()
    again = as_editor.ask("POST", "features", FEATURE, idempotency_key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert everything() == before


def test_post__same_key_other_body__422_and_nothing_changed(
    environments: object, as_editor: Caller
) -> None:
    as_editor.ask("POST", "features", FEATURE, idempotency_key="k1")
    before = everything()
    other = as_editor.ask("POST", "features", {**FEATURE, "key": "b"}, idempotency_key="k1")
    assert (other.status_code, list(other.json()["errors"])) == (422, ["Idempotency-Key"])
    assert everything() == before


def test_post__same_key_of_somebody_else__is_another_key(
    environments: object, as_editor: Caller, as_owner: Caller
) -> None:
    as_editor.ask("POST", "features", FEATURE, idempotency_key="k1")
    other = as_owner.ask("POST", "features", {**FEATURE, "key": "b"}, idempotency_key="k1")
    assert other.status_code == 201


def test_post__refused__nothing_is_kept_and_the_same_may_succeed_later(
    environments: object, as_editor: Caller
) -> None:
    body = {**FEATURE, "owner": "garden"}
    assert as_editor.ask("POST", "features", body, idempotency_key="k1").status_code == 404
    assert not KeptAnswer.objects.exists()
    assert as_editor.ask("POST", "features", FEATURE, idempotency_key="k1").status_code == 201


def test_post__answer_with_a_secret__is_given_again_and_kept_encrypted(
    environments: object, as_admin: Caller
) -> None:
    made = as_admin.ask("POST", "api-keys", KEY, idempotency_key="k1").json()
    again = as_admin.ask("POST", "api-keys", KEY, idempotency_key="k1")
    assert (again.json(), again.headers["Cache-Control"]) == (made, "no-store")
    assert ApiKey.objects.count() == 1
    assert made["key"] not in str(everything())
    assert "k1" not in str(KeptAnswer.objects.values_list("key"))


def test_post__a_day_later__key_is_free_again_and_the_sweep_forgets_it(
    environments: object, as_editor: Caller
) -> None:
    as_editor.ask("POST", "features", FEATURE, idempotency_key="k1")
    as_editor.ask("POST", "features", {**FEATURE, "key": "b"}, idempotency_key="k2")
    KeptAnswer.objects.update(at=timezone.now() - timedelta(hours=24, seconds=1))
    other = as_editor.ask("POST", "features", {**FEATURE, "key": "c"}, idempotency_key="k1")
    assert other.status_code == 201
    assert sweep(timezone.now())["answers"] == 1


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 256])
def test_post__key_that_is_none__400(environments: object, as_editor: Caller, key: str) -> None:
    answer = as_editor.ask("POST", "features", FEATURE, idempotency_key=key)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Idempotency-Key"])


@pytest.mark.django_db(transaction=True)
def test_post__second_one_meanwhile__waits_for_the_first_ones_answer(
    environments: dict[str, Environment], team: Team, editor: User
) -> None:
    answers: list[Any] = []

    def send() -> None:
        answers.append(Caller(editor).ask("POST", "features", FEATURE, idempotency_key="k1"))
        connection.close()

    with transaction.atomic():
        # The table of audit entries holds the first request up, so that both are under way.
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {AuditEntry._meta.db_table} IN EXCLUSIVE MODE")
        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        _wait_until_waiting(2)
    for thread in threads:
        thread.join(20)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Feature.objects.count() == 1


def _wait_until_waiting(count: int) -> None:
    def waiting() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return bool(cursor.fetchone()[0] >= count)

    eventually(waiting, seconds=10)
