"""A transaction waits for a limited time only; then it is said, with a time to come back."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from django.test import Client

from accounts.models import Environment, Team, User
from controlplane.database_limits import OF_COMMANDS, OTHER_COMMANDS, limited, limits_of
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from tests.processes import current_database_url
from toggles import changes

FEATURE = "new-checkout"


@pytest.fixture
def held_table(transactional_db: None) -> Iterator[None]:
    """Somebody else holds the feature's row, and we wait for a fifth of a second at most."""
    with psycopg.connect(current_database_url()) as other:
        other.execute("LOCK TABLE toggles_toggle IN ACCESS EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        yield
        other.rollback()
    connection.close()


@pytest.fixture
def signed_in(
    transactional_db: None, environments: dict[str, Environment], team: Team, editor: User
) -> Client:
    perform(
        Authorship(system("tess"), "a test"),
        changes.CreateFeature(key=FEATURE, name="New checkout", owner="shop"),
    )
    client = Client(raise_request_exception=False)
    client.force_login(editor)
    return client


def test_api__lock_is_held_by_somebody_else__says_503_and_when_to_come_back(
    signed_in: Client, held_table: None
) -> None:
    answer = signed_in.get(f"/api/v1/features/{FEATURE}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "Nothing was changed" in answer.json()["errors"]["request"]


def test_page__lock_is_held_by_somebody_else__is_a_page_that_says_so(
    signed_in: Client, held_table: None
) -> None:
    answer = signed_in.get(f"/features/{FEATURE}/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "Nothing was changed; try again." in answer.content.decode()


def test_connection__of_any_process__has_limits_on_the_server(db: None) -> None:
    names = ["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting::int FROM pg_settings WHERE name = ANY(%s)",
            [[*names, "transaction_timeout"]],
        )
        found = dict(cursor.fetchall())
    assert all(found.values()), found


@pytest.mark.parametrize("command", [*OF_COMMANDS, "migrate"])
def test_limits__of_each_command__are_its_own(command: str) -> None:
    limits = limits_of(["/some/where/manage.py", command, "--then", "x"])
    assert limits == OF_COMMANDS.get(command, OTHER_COMMANDS)
    options = limited({"options": "-c work_mem=8MB"}, ["manage.py", command])
    assert options["options"].startswith(f"-c lock_timeout={limits.lock}s")
    assert options["options"].endswith("-c work_mem=8MB")
    assert options["keepalives_idle"] <= 10
