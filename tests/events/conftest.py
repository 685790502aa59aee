"""Valkey, empty at the start of each test, and something to publish."""

from collections.abc import Iterator

import pytest
import redis
from django.conf import settings

from accounts.changes import ensure_environments
from accounts.models import Environment
from events.models import OutboxEvent


@pytest.fixture
def valkey(transactional_db: None) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield client


@pytest.fixture
def production(valkey: redis.Redis) -> Environment:
    ensure_environments()
    OutboxEvent.objects.all().delete()  # those that tell of the environments
    return Environment.objects.get(key="production")
