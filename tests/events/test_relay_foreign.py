"""Somebody else writes where the relay's streams are: it is set aside, and everything goes on."""

import logging

import pytest
import redis

from accounts.models import Environment
from events.models import OutboxEvent
from events.relay.outbox import OutboxSource
from events.relay.publish import publish
from events.relay.streams import Streams
from tests.conditions import eventually
from tests.events.database import address_of_database
from tests.events.happenings import CHANGES, TOPIC, arrived, change, keys, publish_all, tell
from tests.processes import Processes
from tests.servers import Servers

OTHER = "tm:topic:other"


def write_foreign(valkey: redis.Redis, stream: str, identity: str = "999999-0") -> None:
    valkey.xadd(stream, {"hello": "world"}, id=identity)


def test_relay__foreign_entry_with_a_higher_id_while_it_runs__topic_goes_on(
    production: Environment, valkey: redis.Redis, processes: Processes
) -> None:
    processes.manage("relay", "--poll", "0.2", env=address_of_database())
    tell("one")
    change(production, "one")
    eventually(lambda: keys(valkey, TOPIC) == ["one"] and keys(valkey, CHANGES) == ["one"])
    for stream in (TOPIC, CHANGES):
        write_foreign(valkey, stream)
    tell("two")
    change(production, "two")
    eventually(lambda: b"999999-0" not in dict(valkey.xrevrange(TOPIC, count=1)))
    eventually(lambda: keys(valkey, TOPIC) == ["one", "two"])
    eventually(lambda: b"999999-0" not in dict(valkey.xrevrange(CHANGES, count=1)))
    eventually(lambda: keys(valkey, CHANGES) == ["one", "two"])
    assert not OutboxEvent.objects.filter(published_at__isnull=True).exists()
    assert int(valkey.hget("tm:relay:set-aside", TOPIC)) == 1


def test_publish__foreign_entry__own_entries_and_groups_stay(
    production: Environment, valkey: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    for key in ("one", "two"):
        tell(key)
    publish_all(valkey)
    valkey.xgroup_create(TOPIC, "mail", id="0")
    valkey.xgroup_create(TOPIC, "slow", id="0")
    write_foreign(valkey, TOPIC)
    valkey.xreadgroup("slow", "a", {TOPIC: ">"}, count=1)  # not acknowledged
    for identity, _ in valkey.xreadgroup("mail", "a", {TOPIC: ">"})[0][1]:
        valkey.xack(TOPIC, "mail", identity)
    tell("three")
    with caplog.at_level(logging.ERROR, logger="relay"):
        publish_all(valkey)
    assert "relay.set_aside stream=tm:topic:shop: it ends at 999999" in caplog.text
    assert keys(valkey, TOPIC) == ["one", "two", "three"]
    (kept,) = valkey.keys("tm:set-aside:tm:topic:shop:*")
    assert valkey.xrevrange(kept, count=1) == [(b"999999-0", {b"hello": b"world"})]
    assert 0 < valkey.ttl(kept) <= 7 * 24 * 3600
    assert len(valkey.xreadgroup("mail", "a", {TOPIC: ">"})[0][1]) == 1
    assert len(valkey.xreadgroup("slow", "a", {TOPIC: ">"})[0][1]) == 3


@pytest.mark.parametrize("stream", [TOPIC, CHANGES])
def test_publish__key_of_another_type__renamed_away_and_all_streams_filled(
    stream: str, production: Environment, valkey: redis.Redis
) -> None:
    valkey.set(stream, "mine")
    tell("one")
    tell("one", "other")
    change(production, "one")
    publish_all(valkey)
    assert keys(valkey, TOPIC) == keys(valkey, OTHER) == keys(valkey, CHANGES) == ["one"]
    (kept,) = valkey.keys(f"tm:set-aside:{stream}:*")
    assert valkey.get(kept) == b"mine"


def test_publish__one_stream_cannot_be_written__others_go_on(
    production: Environment, valkey: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    address = valkey.connection_pool.connection_kwargs
    valkey.execute_command(
        *("ACL", "SETUSER", "relay", "on", ">secret", "+@all", "~tm:topic:other", "~tm:changes:*")
    )
    with redis.Redis(
        host=address["host"], port=address["port"], username="relay", password="secret"
    ) as limited:
        for topic in ("shop", "other", "shop"):
            tell("one", topic)
        change(production, "one")
        publish_all(limited)
    valkey.execute_command("ACL", "DELUSER", "relay")
    assert keys(valkey, OTHER) == keys(valkey, CHANGES) == ["one"]
    assert "relay.stream_stuck stream=tm:topic:shop" in caplog.text
    assert OutboxEvent.objects.filter(published_at__isnull=True).count() == 2
    publish_all(valkey)
    assert keys(valkey, TOPIC) == ["one", "one"]


def test_publish__foreign_stream_in_place_of_ours_between_two_looks__nothing_is_lost(
    production: Environment, valkey: redis.Redis
) -> None:
    tell("one")
    streams = Streams(valkey)
    source = OutboxSource()
    assert publish(source, streams) == 1
    valkey.delete(TOPIC)
    write_foreign(valkey, TOPIC)
    tell("two")
    assert publish(source, streams) == 0
    assert publish(source, streams) == 2
    assert keys(valkey, TOPIC) == ["one", "two"]


def test_publish__event_that_has_no_room_in_the_middle__stream_and_groups_made_anew(
    production: Environment, valkey: redis.Redis
) -> None:
    for key in ("one", "two", "three"):
        tell(key)
    publish_all(valkey)
    valkey.xgroup_create(TOPIC, "mail", id="$")
    second = OutboxEvent.objects.get(key="two")
    valkey.xdel(TOPIC, f"{second.id}-0")
    OutboxEvent.objects.filter(pk=second.pk).update(published_at=None)
    publish_all(valkey)
    publish_all(valkey)
    assert keys(valkey, TOPIC) == ["one", "two", "three"]
    assert len(valkey.xreadgroup("mail", "a", {TOPIC: ">"})[0][1]) == 3
    assert not OutboxEvent.objects.filter(published_at__isnull=True).exists()


def test_publish__emptied_stream__filled_again_under_the_same_numbers(
    production: Environment, valkey: redis.Redis
) -> None:
    for key in ("one", "two"):
        change(production, key)
        tell(key)
    publish_all(valkey)
    for stream in (TOPIC, CHANGES):
        valkey.xtrim(stream, maxlen=0, approximate=False)
    publish_all(valkey)
    assert arrived(valkey, CHANGES) == [(1, "one"), (2, "two")]
    assert keys(valkey, TOPIC) == ["one", "two"]


def test_relay__valkey_back_from_an_older_dump__lost_events_are_published_again(
    production: Environment, processes: Processes, private_servers: Servers
) -> None:
    server = private_servers.valkey
    server.durable = False
    server.process.kill()
    server.process.wait()
    server.start()
    server.wait()
    with redis.Redis.from_url(server.url) as valkey:
        processes.manage(
            "relay", "--poll", "0.5", env={**address_of_database(), "REDIS_URL": server.url}
        )
        tell("one")
        eventually(lambda: keys(valkey, TOPIC) == ["one"])
        dump = valkey.dump(TOPIC)
        for key in ("two", "three"):
            tell(key)
        eventually(lambda: keys(valkey, TOPIC) == ["one", "two", "three"])
        eventually(lambda: not OutboxEvent.objects.filter(published_at__isnull=True).exists())
        valkey.restore(TOPIC, 0, dump, replace=True)
        eventually(lambda: keys(valkey, TOPIC) == ["one", "two", "three"])
        server.process.kill()
        server.process.wait()
        server.start()
        server.wait()
        eventually(lambda: keys(valkey, TOPIC) == ["one", "two", "three"])
