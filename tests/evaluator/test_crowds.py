"""Many connections, streams and half requests of one client leave room for others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from accounts.addresses import read_networks
from tests.conditions import eventually
from tests.evaluator.raw import connections, is_healthy, still_open
from tests.evaluator.service import Service, make_key
from tests.evaluator.test_short_way import ALL, KEY, evaluator  # noqa: F401 - a fixture
from tests.events.database import address_of_database
from tests.processes import Processes
from toggles.evaluator import deadlines
from toggles.evaluator.app import Evaluator
from toggles.evaluator.deadlines import bodies
from toggles.evaluator.http import Refused
from toggles.evaluator.open_streams import OpenStreams

FEW = {
    "TOGGLEMESH_CONNECTIONS_PER_ADDRESS": "50",
    "TOGGLEMESH_STREAMS_PER_KEY": "3",
    "TOGGLEMESH_STREAMS_PER_ADDRESS": "5",
}


@pytest.fixture
def service(changing: Service, processes: Processes) -> Service:
    """An evaluator with low limits."""
    return Service(make_key()).start(processes, {**address_of_database(), **FEW})


@pytest.mark.parametrize(
    "say",
    [b"", b"G", b"POST /ofrep/v1/evaluate/flags HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"],
)
def test_connections__far_more_than_one_address_may_have__health_answers_and_they_are_ended(
    service: Service, say: bytes
) -> None:
    with connections(service.port, 300, say) as opened:
        assert is_healthy(service.port)
        if say:
            eventually(lambda: still_open(opened) <= 50)
        assert is_healthy(service.port)
        assert service.evaluate(targetingKey="u").status_code == 200


def test_streams__more_than_a_key_may_have__429_until_one_is_closed(service: Service) -> None:
    with streams(service, 2):
        with streams(service, 1):
            refused = service.get("/stream/v1/changes", {"Authorization": f"Bearer {service.key}"})
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
            assert "This API key has as many open streams" in refused.json()["errorDetails"]
            other = service.with_key(make_key())
            with streams(other, 2):
                refused = other.get("/stream/v1/changes", {"Authorization": f"Bearer {other.key}"})
                assert "This address has as many open streams" in refused.json()["errorDetails"]
        eventually(lambda: service.readiness()["streams"] == 2)
        with streams(service, 1):
            assert service.readiness()["streams"] == 3


@contextmanager
def streams(service: Service, count: int) -> Iterator[None]:
    """So many open ones more. By hand, as closing then reaches the server at once."""
    head = "GET /stream/v1/changes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n"
    with connections(service.port, count, head.format(service.key).encode()) as opened:
        assert all(one.recv(65536).startswith(b"HTTP/1.1 200") for one in opened)
        yield


@pytest.mark.parametrize("more", [[], [(b"origin", b"https://shop.example")]])
def test_body__does_not_come_in_time__408_on_the_short_way_and_on_the_long_one(
    evaluator: Evaluator,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    more: list[tuple[bytes, bytes]],
) -> None:
    monkeypatch.setattr(deadlines, "PAUSE", 0.01)
    monkeypatch.setattr(bodies, "seconds", 0.05)
    headers = [(b"authorization", KEY), (b"content-length", b"9"), *more]
    scope = {"type": "http", "method": "POST", "path": ALL, "headers": headers}
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def ask() -> None:
        watching = asyncio.create_task(bodies.keep_watching())
        await evaluator(scope, asyncio.Event().wait, send)  # type: ignore[arg-type]
        watching.cancel()

    asyncio.run(ask())
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]


def test_body__of_a_known_key_stalls__408_and_the_connection_ends(service: Service) -> None:
    said = (
        f"POST /ofrep/v1/evaluate/flags HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"
        f"Authorization: Bearer {service.key}\r\n\r\n{{"
    )
    assert service.evaluate(targetingKey="u").status_code == 200  # from now on the key is known
    with connections(service.port, 20, said.encode()) as opened:
        assert is_healthy(service.port)
        opened[0].settimeout(15)
        assert opened[0].recv(65536).startswith(b"HTTP/1.1 408")
        eventually(lambda: still_open(opened) == 0)


def test_streams__behind_a_trusted_proxy__are_counted_by_the_client_it_vouches_for() -> None:
    counted = OpenStreams(per_key=9, per_address=1, trusted=read_networks("10.0.0.0/8"))
    with counted.place("key", "10.0.0.1", ["192.0.2.7:4711"]):
        others = (["192.0.2.8"], [], [""])
        with ExitStack() as opened:
            for forwarded in others:
                opened.enter_context(counted.place("key", "10.0.0.1", forwarded))
        with pytest.raises(Refused, match="429"), counted.place("k", "10.0.0.2", ["192.0.2.7"]):
            pass
    with counted.place("key", "192.0.2.7", []):
        pass
