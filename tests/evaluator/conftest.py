"""A running evaluator: one for all tests of a module that only read, or one for a test."""

from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.evaluator.service import Service, expose, make_key, seed
from tests.events.database import address_of_database
from tests.processes import Processes


@pytest.fixture(scope="module")
def reading(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    """An evaluator whose feature gives `on` to half of all; its tests change nothing."""
    processes = Processes(tmp_path_factory.mktemp("evaluator"))
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.flushdb()  # else changes of another test's history may be taken for this one's
    with django_db_blocker.unblock():
        seed()
        expose(percentage=50)
        service = Service(make_key()).start(processes, address_of_database())
        connection.close()
    yield service
    processes.stop()
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)
        connection.close()


@pytest.fixture
def changing(transactional_db: None, processes: Processes) -> Service:
    """An evaluator and a relay; the feature is off, the test changes it."""
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.flushdb()
    seed()
    processes.manage("relay", env=address_of_database())
    return Service(make_key()).start(processes, address_of_database())
