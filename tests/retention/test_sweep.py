"""What the sweep removes, and what it never does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import override_settings
from django.utils import timezone

from accounts.models import Environment, SignInFailure
from controlplane.configuration import BadConfiguration, read_configuration
from controlplane.retention import sweep
from events.models import OutboxEvent
from governance.actions import record
from governance.authorship import Authorship
from governance.models import AuditEntry
from governance.principals import system
from governance.reads import first_broken_entry
from rollouts.models import TrafficSample
from tests.events.happenings import TOPIC, keys, publish_all, tell
from toggles.change_source import ChangeSource
from toggles.models import Change, ChangeClock

OLD = timedelta(days=400)


@pytest.fixture
def production(environments: dict[str, Environment]) -> Environment:
    return environments["production"]


@pytest.fixture
def valkey() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield client


def test_sweep__old_rows__are_removed_and_young_ones_stay(production: Environment) -> None:
    now = timezone.now()
    for at in (now - OLD, now):
        TrafficSample.objects.create(environment=production, at=at, counts={})
        SignInFailure.objects.create(account="a", address="b", at=at)
        Session.objects.create(session_key=at.isoformat()[:40], expire_date=at + timedelta(hours=1))
    gone = sweep(now)
    assert (gone["samples"], gone["sessions"], gone["sign_in_failures"]) == (1, 1, 1)
    assert TrafficSample.objects.get().at == now
    assert SignInFailure.objects.get().at == now
    assert Session.objects.get().expire_date > now


def test_sweep__events__unpublished_and_the_last_of_each_topic_stay(
    production: Environment, valkey: redis.Redis
) -> None:
    for key in ("one", "two", "three"):
        tell(key)
    tell("quiet", "quiet")
    publish_all(valkey)
    OutboxEvent.objects.update(published_at=timezone.now() - OLD)
    for key in ("waits", "waits-too"):
        tell(key)
    OutboxEvent.objects.update(created_at=timezone.now() - OLD)
    assert sweep(timezone.now())["events"] == 2
    left = OutboxEvent.objects.order_by("id").values_list("key", flat=True)
    assert list(left) == ["three", "quiet", "waits", "waits-too"]
    publish_all(valkey)  # the relay knows both streams again
    assert keys(valkey, TOPIC) == ["one", "two", "three", "waits", "waits-too"]


def test_sweep__changes__those_that_streams_are_filled_with_stay(
    production: Environment, valkey: redis.Redis
) -> None:
    Change.objects.bulk_create(
        Change(environment=production, number=n, kind="segment-removed", key=f"k{n}")
        for n in range(1, 3001)
    )
    ChangeClock.objects.create(environment=production, number=3000)
    assert sweep(timezone.now())["changes"] == 0
    Change.objects.update(at=timezone.now() - OLD)
    assert sweep(timezone.now())["changes"] == 1000
    assert Change.objects.earliest("number").number == 1001
    assert 2 * ChangeSource.longest == 2000


def test_sweep__audit__leaves_the_table_only_into_the_archive(
    production: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = timezone.now() - OLD
    monkeypatch.setattr("governance.actions.timezone.now", lambda: long_ago)
    for n in range(3):
        record(Authorship(system("ada"), "because"), "thing.done", "thing:1", {"n": n})
    monkeypatch.undo()
    assert sweep(timezone.now())["audit"] == 0
    with override_settings(AUDIT_ARCHIVE=tmp_path):
        assert sweep(timezone.now())["audit"] == 2
    assert AuditEntry.objects.get().number == 3
    assert first_broken_entry() is None


def test_sweep__no_time_left__removes_nothing_more(production: Environment) -> None:
    SignInFailure.objects.create(account="a", address="b", at=timezone.now() - OLD)
    assert sweep(timezone.now(), seconds=0)["sign_in_failures"] == 0


def test_configuration__keep_nothing__is_refused_by_name() -> None:
    needed = {
        "TOGGLEMESH_SECRET_KEY": "0" * 64,
        "DATABASE_URL": "postgresql://x",
        "REDIS_URL": "redis://x",
    }
    assert read_configuration(needed).retention.events == timedelta(days=30)
    with pytest.raises(BadConfiguration, match="TOGGLEMESH_KEEP_EVENTS must be from 1"):
        read_configuration({**needed, "TOGGLEMESH_KEEP_EVENTS": "0"})
