"""What the relay does when Valkey is gone, has lost its data, or tells another history."""

import logging

import pytest
import redis

from accounts.changes import CreateEnvironment, DeleteEnvironment
from accounts.models import Environment
from events.models import OutboxEvent
from events.relay.sources import registered
from governance.changes import perform
from tests.conditions import eventually
from tests.events.database import address_of_database
from tests.events.happenings import CHANGES, TOPIC, arrived, change, keys, publish_all, tell
from tests.processes import Processes
from tests.routing.shop import BY
from tests.servers import Servers
from toggles.change_source import ChangeSource
from toggles.models import Change, ChangeClock


def test_publish__valkey_lost_everything__tail_of_changes_and_all_events_that_are_kept(
    production: Environment, valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("one", "two", "three"):
        change(production, key)
    tell("old")
    publish_all(valkey)
    valkey.flushdb()
    monkeypatch.setattr(ChangeSource, "longest", 2)
    tell("new")
    publish_all(valkey)
    assert arrived(valkey, CHANGES) == [(2, "two"), (3, "three")]
    assert keys(valkey, TOPIC) == ["old", "new"]


def test_publish__database_restored_from_a_backup__stream_made_anew_and_said_so(
    production: Environment, valkey: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    for key in ("one", "two", "lost"):
        change(production, key)
    publish_all(valkey)
    Change.objects.filter(number=3).delete()
    ChangeClock.objects.update(number=2)
    with caplog.at_level(logging.ERROR, logger="relay"):
        publish_all(valkey)
    assert arrived(valkey, CHANGES) == [(1, "one"), (2, "two")]
    assert "tm:changes:production: it ends at 3, but the database has no such" in caplog.text


def test_publish__environment_deleted_and_made_anew__stream_holds_the_new_one_alone(
    production: Environment, valkey: redis.Redis
) -> None:
    for key in ("one", "two"):
        change(production, key)
    publish_all(valkey)
    perform(BY, DeleteEnvironment("production"))
    made = perform(BY, CreateEnvironment("production"))
    publish_all(valkey)
    assert keys(valkey, CHANGES) == []
    change(made, "three")
    publish_all(valkey)
    assert keys(valkey, CHANGES) == ["three"]


def test_publish__number_taken_again_after_a_restore__stream_made_anew(
    production: Environment, valkey: redis.Redis
) -> None:
    for key in ("one", "lost"):
        change(production, key)
    publish_all(valkey)
    Change.objects.filter(number=2).delete()
    ChangeClock.objects.update(number=1)
    change(production, "other")
    publish_all(valkey)
    assert arrived(valkey, CHANGES) == [(1, "one"), (2, "other")]


def test_publish__outbox_restored_from_a_backup__events_under_lower_ids_arrive(
    production: Environment, valkey: redis.Redis
) -> None:
    valkey.xadd(TOPIC, {"event": b"{}", "mark": "of another history"}, id="999999-0")
    tell("new")
    publish_all(valkey)
    assert keys(valkey, TOPIC) == ["new"]


def test_publish__many_changes__stream_is_trimmed_near_its_bound(
    production: Environment, valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChangeSource, "longest", 100)
    Change.objects.bulk_create(
        Change(environment=production, number=n, kind="segment-removed", key=f"k{n}")
        for n in range(1, 1001)
    )
    ChangeClock.objects.update_or_create(environment=production, defaults={"number": 1000})
    valkey.xadd(CHANGES, {"change": b"{}", "mark": registered()[1].mark_of(CHANGES, 1)}, id="1-0")
    publish_all(valkey)
    numbers = [number for number, _ in arrived(valkey, CHANGES)]
    assert numbers == list(range(numbers[0], 1001))
    assert 100 <= len(numbers) <= 300  # Valkey trims whole nodes of up to 100 entries


def test_relay__valkey_killed_and_back__goes_on_without_a_restart(
    production: Environment, processes: Processes, private_servers: Servers
) -> None:
    where = {**address_of_database(), "REDIS_URL": private_servers.valkey.url}
    with redis.Redis.from_url(private_servers.valkey.url) as valkey:
        change(production, "one")
        processes.manage("relay", "--poll", "1", env=where)
        eventually(lambda: keys(valkey, CHANGES) == ["one"])
        private_servers.valkey.process.kill()
        private_servers.valkey.process.wait()
        change(production, "two")
        tell("meanwhile")
        assert OutboxEvent.objects.filter(published_at__isnull=True, key="meanwhile").exists()
        private_servers.valkey.start()
        private_servers.valkey.wait()
        eventually(lambda: keys(valkey, CHANGES)[-1:] == ["two"])
        eventually(lambda: keys(valkey, TOPIC) == ["meanwhile"])


def test_relay__valkey_back_without_data__stream_is_there_again_with_nothing_new(
    production: Environment, processes: Processes, private_servers: Servers
) -> None:
    where = {**address_of_database(), "REDIS_URL": private_servers.valkey.url}
    private_servers.valkey.durable = False
    private_servers.valkey.process.kill()
    private_servers.valkey.process.wait()
    private_servers.valkey.start()
    private_servers.valkey.wait()
    with redis.Redis.from_url(private_servers.valkey.url) as valkey:
        change(production, "one")
        processes.manage("relay", "--poll", "0.5", env=where)
        eventually(lambda: keys(valkey, CHANGES) == ["one"])
        private_servers.valkey.process.kill()
        private_servers.valkey.process.wait()
        private_servers.valkey.start()
        private_servers.valkey.wait()
        eventually(lambda: keys(valkey, CHANGES) == ["one"])
