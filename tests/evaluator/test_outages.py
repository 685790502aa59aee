"""The evaluator decides on, whatever server is gone, and hears of changes when it can again."""

from collections.abc import Iterator

import dj_database_url
import pytest
import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.conditions import eventually
from tests.evaluator.service import Service, Stream, expose, make_key, seed
from tests.processes import Processes
from tests.servers import Servers
from toggles.models import Change, ChangeClock, Toggle


@pytest.fixture
def servers(
    private_servers: Servers, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Servers]:
    """Servers of this test alone; the test itself writes to their database."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(dj_database_url.parse(private_servers.postgres.url))
    with django_db_blocker.unblock():
        call_command("migrate", verbosity=0)
        yield private_servers
        connection.close()
    connection.settings_dict.clear()
    connection.settings_dict.update(before)


@pytest.fixture
def service(servers: Servers, processes: Processes) -> Service:
    """An evaluator and a relay on the private servers; the feature is off."""
    seed()
    processes.manage("relay", "--poll", "1", env=servers.environ)
    found = Service(make_key()).start(processes, servers.environ)
    eventually(lambda: found.readiness()["valkey"])
    return found


def kill_valkey(servers: Servers) -> None:
    assert servers.valkey.process
    servers.valkey.process.kill()
    servers.valkey.process.wait()


def kill_postgres(servers: Servers) -> None:
    """As a crash: no session is told, nothing is put in order."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")  # tests run with asynchronous commits
    connection.close()
    assert servers.postgres.process
    servers.postgres.process.kill()
    servers.postgres.process.wait()


def start_postgres(servers: Servers) -> None:
    servers.postgres.start()
    servers.postgres.wait()


def test_evaluator__valkey_killed_and_back__changes_arrive_without_and_with_it(
    service: Service, servers: Servers
) -> None:
    kill_valkey(servers)
    eventually(lambda: not service.readiness()["valkey"])
    assert service.variant(targetingKey="u") == "off"
    with Stream(service) as stream:
        stream.next()
        expose()
        assert (stream.next() or pytest.fail("ended"))[:2] == ("change", 2)
        assert service.variant(targetingKey="u") == "on"
        servers.valkey.start()
        servers.valkey.wait()
        eventually(lambda: service.readiness()["valkey"])
        expose(0)
        assert (stream.next() or pytest.fail("ended"))[:2] == ("change", 3)
    assert service.variant(targetingKey="u") == "off"


def test_evaluator__postgresql_killed_and_back__decides_on_and_hears_of_changes(
    service: Service, servers: Servers
) -> None:
    expose()
    eventually(lambda: service.variant(targetingKey="u") == "on")
    kill_postgres(servers)
    eventually(lambda: not service.readiness()["postgresql"])
    assert service.variant(targetingKey="u") == "on"
    with Stream(service) as stream:
        assert (stream.next() or pytest.fail("ended"))[:2] == ("snapshot", 2)
        start_postgres(servers)
        expose(0)
        assert (stream.next() or pytest.fail("ended"))[:2] == ("change", 3)
    eventually(lambda: service.readiness()["postgresql"])


def test_evaluator__everything_gone_and_back__decides_all_the_while(
    service: Service, servers: Servers
) -> None:
    expose()
    eventually(lambda: service.variant(targetingKey="u") == "on")
    kill_valkey(servers)
    kill_postgres(servers)
    eventually(lambda: not any(service.readiness()[name] for name in ("valkey", "postgresql")))
    assert service.variant(targetingKey="u") == "on"
    servers.start()
    expose(0)
    eventually(lambda: service.variant(targetingKey="u") == "off")


def test_evaluator__unknown_key_while_postgresql_is_gone__503_not_401(
    service: Service, servers: Servers
) -> None:
    unknown = make_key()
    connection.close()
    eventually(lambda: Service(unknown, service.port).evaluate(targetingKey="u").is_success)
    never_seen = unknown.replace(unknown[10:32], "x" * 22)
    kill_postgres(servers)
    answer = Service(never_seen, service.port).evaluate(targetingKey="u")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"


def test_evaluator__started_while_postgresql_is_gone__serves_once_it_is_there(
    servers: Servers, processes: Processes
) -> None:
    seed()
    key = make_key()
    kill_postgres(servers)
    service = Service(key)
    words = ("evaluator", "--port", str(service.port))
    processes.manage(*words, env=servers.environ, port=service.port)
    assert service.get("/readyz").status_code == 503
    assert service.get("/healthz").status_code == 200
    assert service.evaluate(targetingKey="u").status_code == 503
    start_postgres(servers)
    eventually(service.is_ready)
    assert service.variant(targetingKey="u") == "off"


def test_evaluator__changes_missing_in_the_stream__loaded_from_postgresql(
    changing: Service,
) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as valkey, Stream(changing) as stream:
        stream.next()
        expose(10)
        stream.next()
        production = ChangeClock.objects.get(environment__key="production")
        change = Change.objects.get(environment=production.environment, number=2)
        for number in (3, 4):
            change.pk, change.number = None, number
            change.save(force_insert=True)
        ChangeClock.objects.filter(pk=production.pk).update(number=4)
        valkey.xadd("tm:changes:production", {"change": b'{"number": 4}', "mark": ""}, id="4-0")
        events = [stream.next() or pytest.fail("ended") for _ in (3, 4)]
        assert [event[:2] for event in events] == [("change", 3), ("change", 4)]


def test_evaluator__database_restored_from_a_backup__readers_get_a_snapshot(
    changing: Service,
) -> None:
    with Stream(changing) as stream:
        stream.next()
        for percentage in (10, 20):
            expose(percentage)
            stream.next()
        restore_to_number_2()
        event, number, snapshot = stream.next() or pytest.fail("ended")
        assert (event, number) == ("snapshot", 2)
        (feature,) = snapshot["features"].values()
        assert feature["rules"][0]["percentage"] == 10
        expose(30)
        event, number, change = stream.next() or pytest.fail("ended")
        assert (event, number) == ("change", 3)
        assert change["document"]["rules"][0]["percentage"] == 30


@pytest.mark.parametrize(
    "fields",
    [
        {"hello": "world"},
        {"change": b"no json"},
        {"change": b"[]"},
        {"change": b'{"number": 1}'},
    ],
)
def test_evaluator__entry_that_cannot_be_read__changes_go_on(
    changing: Service, fields: dict[str, bytes]
) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as valkey, Stream(changing) as stream:
        stream.next()
        valkey.xadd("tm:changes:production", fields, id="999999-0")
        valkey.xadd("tm:topic:access", fields, id="999999-0")
        for number, percentage in ((2, 10), (3, 20)):
            expose(percentage)
            assert (stream.next() or pytest.fail("ended"))[:2] == ("change", number)
        assert changing.readiness()["valkey"]
        eventually(lambda: not valkey.xrange("tm:changes:production", "999999-0"), seconds=20)
        expose(30)
        assert (stream.next() or pytest.fail("ended"))[:2] == ("change", 4)


@pytest.mark.parametrize("key", ["tm:changes:production", "tm:topic:access"])
def test_evaluator__key_of_another_type_in_place_of_a_stream__changes_go_on(
    changing: Service, key: str
) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as valkey, Stream(changing) as stream:
        stream.next()
        valkey.set(key, "mine")
        for number, percentage in ((2, 10), (3, 20)):
            expose(percentage)
            assert (stream.next() or pytest.fail("ended"))[:2] == ("change", number)
        eventually(lambda: valkey.type(key) in (b"stream", b"none"), seconds=20)
        eventually(lambda: changing.readiness()["valkey"])


def restore_to_number_2() -> None:
    toggle = Toggle.objects.get(environment__key="production")
    toggle.current = toggle.revisions.get(number=2)
    toggle.save(update_fields=["current"])
    toggle.revisions.filter(number=3).delete()
    Change.objects.filter(environment=toggle.environment, number=3).delete()
    ChangeClock.objects.filter(environment=toggle.environment).update(number=2)
