"""A client that gets 401 or 403: of the server, or of something on the way to it."""

import asyncio
import logging

import pytest
from stand_in import KEY, Connect, StandIn, wait_for
from test_async_client import until
from wire_documents import change, feature

from togglemesh import AsyncClient, Client
from togglemesh.client import refusals

ANN = {"userId": "ann"}
USAGE, REGISTER = "/client/v1/usage", "/client/v1/register"
refused = pytest.mark.parametrize("status", [401, 403])


@refused
def test_stream__refused_once__goes_on_when_it_is_let_in_again(
    server: StandIn, connect: Connect, asking_soon: None, status: int
) -> None:
    client = connect()
    wait_for(lambda: client.state == "live", "the client is live")
    states: list[tuple[str, str | None]] = []
    client.on_state(lambda state: states.append((state, client.refused)))
    server.status = status
    server.drop()
    wait_for(lambda: client.refused, "the client says that it is refused")
    assert client.refused is not None
    assert f"the server answered {status}" in client.refused
    assert client.state == "stale"
    assert client.bool("new-checkout", ANN) is True
    server.status = 200
    wait_for(lambda: client.state == "live", "the client is live again")
    assert client.refused is None
    server.send_change(change(43, feature("third")))
    wait_for(lambda: client.last_number == 43, "changes come again")
    assert states[0][0] == "stale"
    assert states[-1] == ("live", None)


@refused
def test_start__refused__is_asked_rarely_and_told_once(
    server: StandIn,
    connect: Connect,
    asking_soon: None,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    server.status = server.poll_status = status
    client = connect()
    wait_for(lambda: len(server.requests) >= 4, "the client asks again")
    assert client.state == "starting"
    assert client.decide("new-checkout", default=3).reason == "NOT_READY"
    errors = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert f"client.refused problem=the server answered {status}" in errors[0]
    assert "check the API key" in errors[0]
    assert KEY not in caplog.text


def test_start__refused__does_not_ask_again_for_a_minute(server: StandIn, connect: Connect) -> None:
    server.status = 401
    client = connect()
    wait_for(lambda: client.refused, "the client is refused")
    waits = [refusals.after_refusal().next() for _ in range(50)]
    assert min(waits) >= 30
    assert len(set(waits)) > 1
    assert len(server.requests) == 1
    client.close()
    assert client.refused is not None
    assert not client._follower._thread.is_alive()


def test_stream__refused_where_polls_come_through__polls(server: StandIn, connect: Connect) -> None:
    server.status, server.poll_status = 403, 200
    client = connect(poll_interval=0.02)
    wait_for(lambda: client.via == "polling", "the client polls")
    assert (client.refused, client.state, client.last_number) == (None, "live", 42)


def test_poll__refused_once__goes_on_when_it_is_let_in_again(
    server: StandIn, connect: Connect, asking_soon: None
) -> None:
    server.status, server.poll_status = 404, 200
    client = connect(poll_interval=0.02)
    wait_for(lambda: client.via == "polling", "the client polls")
    server.poll_status = 401
    wait_for(lambda: client.refused, "the client is refused")
    assert client.bool("new-checkout", ANN) is True
    server.poll_status = 200
    wait_for(lambda: client.via == "polling", "the client polls again")
    assert client.refused is None


def test_async_client__refused_once__goes_on(server: StandIn, asking_soon: None) -> None:
    async def use() -> None:
        server.status = 403
        async with AsyncClient(server.url, KEY) as client:
            await until(lambda: client.refused)
            assert client.state == "starting"
            server.status = 200
            assert await client.wait_until_ready(5)
            await until(lambda: client.state == "live" and client.refused is None)

    asyncio.run(use())


@refused
def test_reports__refused_for_a_while__nothing_is_lost(
    server: StandIn, connect: Connect, asking_soon: None, status: int
) -> None:
    server.report_status = status
    client = connect(usage_interval=0.02)
    assert client.wait_until_ready(5)
    wait_for(lambda: len(server.reported(REGISTER)) > 1, "it asks again")
    client.bool("new-checkout", ANN)
    server.report_status = 202
    _wait_told(server)


@pytest.mark.parametrize("status", [200, 204, 301, 302, 307])
def test_reports__something_else_answers__nothing_is_lost(
    server: StandIn, connect: Connect, status: int
) -> None:
    client = connect(usage_interval=0.02)
    assert client.wait_until_ready(5)
    server.report_status, server.report_headers = (
        status,
        {"Location": "/login", "Content-Type": "text/html", "Content-Length": "0"},
    )
    client.bool("new-checkout", ANN)
    before = len(server.reports)
    wait_for(lambda: len(server.reports) > before, "it was told")
    server.report_status = 202
    _wait_told(server)


def _wait_told(server: StandIn) -> None:
    def told() -> bool:
        return any(
            body["counts"] == {"new-checkout": {"on": 1}} for body in server.reported(USAGE)[-1:]
        )

    wait_for(told, "the usage is told")


def test_client__closed_while_refused__ends_at_once(server: StandIn) -> None:
    server.status = 401
    with Client(server.url, KEY) as client:
        wait_for(lambda: client.refused, "the client is refused")
    assert not client._follower._thread.is_alive()
