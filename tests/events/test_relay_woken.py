"""A running relay: what wakes it, who leads, and what it says of being alive."""

import signal
from pathlib import Path

import redis
from django.db import connection

from accounts.models import Environment
from events.models import OutboxEvent
from tests.conditions import eventually
from tests.events.database import address_of_database
from tests.events.happenings import CHANGES, TOPIC, change, keys, tell
from tests.processes import Processes

NEVER = "3600"  # seconds between polls: what arrives has come by NOTIFY


def leader() -> int | None:
    """Process id of the database session that holds the relays' lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()"
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def sessions() -> int:
    """How many sessions have listened or waited for the lock: one for each running relay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'togglemesh-relay'"
        )
        return int(cursor.fetchone()[0])


def test_relay__change_and_event_committed__notify_brings_both(
    production: Environment, valkey: redis.Redis, processes: Processes
) -> None:
    processes.manage("relay", "--poll", NEVER, env=address_of_database(), ready=leader)
    change(production, "one")
    eventually(lambda: keys(valkey, CHANGES) == ["one"])
    tell("two")
    eventually(lambda: keys(valkey, TOPIC) == ["two"])


def test_relay__nobody_notifies__poll_brings_the_event(
    production: Environment, valkey: redis.Redis, processes: Processes
) -> None:
    processes.manage("relay", "--poll", "0.2", env=address_of_database(), ready=leader)
    OutboxEvent.objects.create(topic="shop", type="cart.sold", key="silent", payload={})
    eventually(lambda: keys(valkey, TOPIC) == ["silent"])


def test_relay__second_one_started__waits_and_takes_over_when_the_first_is_killed(
    production: Environment, valkey: redis.Redis, processes: Processes
) -> None:
    start = ("relay", "--poll", NEVER)
    first = processes.manage(*start, env=address_of_database(), ready=leader)
    led_by = leader()
    processes.manage(*start, env=address_of_database(), ready=lambda: sessions() == 2)
    change(production, "one")
    eventually(lambda: keys(valkey, CHANGES) == ["one"])
    assert leader() == led_by
    first.send_signal(signal.SIGKILL)
    eventually(lambda: leader() not in (None, led_by))
    change(production, "two")
    eventually(lambda: keys(valkey, CHANGES) == ["one", "two"])


def test_relay__its_database_sessions_ended__connects_anew(
    production: Environment, valkey: redis.Redis, processes: Processes
) -> None:
    processes.manage("relay", "--poll", NEVER, env=address_of_database(), ready=leader)
    led_by = leader()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    eventually(lambda: leader() not in (None, led_by))
    change(production, "after")
    eventually(lambda: keys(valkey, CHANGES) == ["after"])


def test_relay__asked_to_stop__ends_at_once_with_zero(
    production: Environment, processes: Processes
) -> None:
    relay = processes.manage("relay", "--poll", NEVER, env=address_of_database(), ready=leader)
    relay.send_signal(signal.SIGTERM)
    assert relay.wait(timeout=10) == 0


def test_relay__heartbeat_file__touched_in_each_turn_also_on_standby(
    production: Environment, processes: Processes, tmp_path: Path
) -> None:
    leading, waiting = tmp_path / "leading", tmp_path / "waiting"
    for beat in (leading, waiting):
        words = ("relay", "--poll", "0.2", "--heartbeat", str(beat))
        processes.manage(*words, env=address_of_database(), ready=beat.exists)
        seen = beat.stat().st_mtime_ns
        eventually(lambda beat=beat, seen=seen: beat.stat().st_mtime_ns > seen)
