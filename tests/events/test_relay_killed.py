"""A relay killed between any two side effects: nothing lost, nothing twice, all in order."""

import os
import signal
import subprocess
import sys

import pytest
import redis

from accounts.models import Environment
from events.models import OutboxEvent
from tests.events.database import address_of_database
from tests.events.happenings import CHANGES, TOPIC, arrived, change, keys, publish_all, tell

CHECKPOINTS = 8  # before each of 2 + 2 entries, before and after each source's `published`


@pytest.fixture
def pending(production: Environment) -> None:
    for key in ("one", "two"):
        change(production, key)
        tell(key)


def test_checkpoints__all_published__are_as_many_as_the_cases_below(
    pending: None, valkey: redis.Redis
) -> None:
    places: list[str] = []
    publish_all(valkey, places.append)
    assert len(places) == CHECKPOINTS, places


@pytest.mark.parametrize("nth", range(1, CHECKPOINTS + 1))
def test_relay__killed_at_checkpoint__next_one_completes(
    nth: int, pending: None, valkey: redis.Redis
) -> None:
    died = subprocess.run(
        [sys.executable, "-m", "tests.events.dying_relay", str(nth)],
        env={
            **os.environ,
            **address_of_database(),
            "DJANGO_SETTINGS_MODULE": "controlplane.settings",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    for stream in (CHANGES, TOPIC):
        so_far = keys(valkey, stream)
        assert so_far == ["one", "two"][: len(so_far)], died.stdout
    publish_all(valkey)
    assert arrived(valkey, CHANGES) == [(1, "one"), (2, "two")], died.stdout
    assert keys(valkey, TOPIC) == ["one", "two"], died.stdout
    assert not OutboxEvent.objects.filter(published_at__isnull=True).exists()
