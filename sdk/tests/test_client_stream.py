"""The client against a real HTTP server: snapshots, changes, gaps, refusals, outages."""

import logging

import pytest
from stand_in import KEY, Connect, StandIn, event, wait_for
from wire_documents import change, feature, rule, snapshot

from togglemesh import Client
from togglemesh.client.backoff import Backoff


def live(client: Client) -> Client:
    wait_for(lambda: client.state == "live", "the client is live")
    return client


def test_start__server_is_there__gets_the_snapshot(server: StandIn, connect: Connect) -> None:
    client = live(connect())
    assert (client.ready, client.last_number, client.environment) == (True, 42, "production")
    assert client.bool("new-checkout", {"userId": "ann"}) is True
    request = server.requests[0]
    assert request["path"] == "/stream/v1/changes"
    assert request["authorization"] == f"Bearer {KEY}"
    assert "last-event-id" not in request


def test_change__comes_in__takes_effect_and_is_told(server: StandIn, connect: Connect) -> None:
    client = live(connect())
    told: list[frozenset[str]] = []
    client.on_change(told.append)
    server.send_change(change(43, feature("limits", enabled=False)))
    wait_for(lambda: told, "the change is told")
    assert told == [frozenset({"limits"})]
    assert client.decide("limits").reason == "DISABLED"
    assert client.last_number == 43


def test_on_change__listener_breaks_or_ends__others_and_stream_go_on(
    server: StandIn, connect: Connect
) -> None:
    client = live(connect())
    told: list[frozenset[str]] = []
    ended: list[frozenset[str]] = []

    def broken(_: frozenset[str]) -> None:
        raise RuntimeError("mine")

    client.on_change(broken)
    client.on_change(ended.append)()
    client.on_change(told.append)
    server.send_change(change(43, feature("a")))
    server.send_change(change(44, feature("b")))
    wait_for(lambda: len(told) == 2, "both changes are told")
    assert ended == []
    assert client.state == "live"


def test_change__known_already__has_no_effect(server: StandIn, connect: Connect) -> None:
    client = live(connect())
    server.send_change(change(42, feature("limits", enabled=False)))
    server.send_change(change(43, feature("third")))
    wait_for(lambda: client.last_number == 43, "the next change is in")
    assert client.decide("limits").enabled is True
    assert len(server.requests) == 1


def test_change__gap__loads_a_new_snapshot(server: StandIn, connect: Connect) -> None:
    client = live(connect())
    server.snapshot = snapshot(feature(enabled=False), number=50)
    server.send_change(change(50, feature(enabled=False)))
    wait_for(lambda: client.last_number == 50, "the new snapshot is in")
    assert "last-event-id" not in server.requests[1]
    assert client.decide("new-checkout").reason == "DISABLED"
    assert client.decide("limits").reason == "NOT_FOUND"


def test_connection__dropped__goes_on_from_the_last_number(
    server: StandIn, connect: Connect
) -> None:
    client = live(connect())
    server.send_change(change(43, feature("third")))
    wait_for(lambda: client.last_number == 43, "the change is in")
    server.drop()
    wait_for(lambda: len(server.requests) == 2, "the client is back")
    assert server.requests[1]["last-event-id"] == "43"
    live(client)
    server.send_change(change(44, feature("fourth")))
    wait_for(lambda: client.last_number == 44, "changes come again")


def test_server__gone_and_back__decides_all_the_time(server: StandIn, connect: Connect) -> None:
    client = live(connect())
    server.stop()
    wait_for(lambda: client.state == "stale", "the client knows that it is stale")
    assert client.bool("new-checkout", {"userId": "ann"}) is True
    server.start()
    live(client)
    server.send_change(change(43, feature(enabled=False)))
    wait_for(lambda: client.last_number == 43, "changes come without a restart")


def test_server__silent__is_connected_anew(server: StandIn, connect: Connect) -> None:
    connect(read_timeout=0.1)
    wait_for(lambda: len(server.requests) >= 3, "the client connects again and again")
    assert server.requests[2]["last-event-id"] == "42"


def test_keep_alive__comments_only__keeps_the_connection(server: StandIn, connect: Connect) -> None:
    client = live(connect(read_timeout=0.5))
    for _ in range(10):
        server.send(b": keep-alive\n\n")
        with pytest.raises(AssertionError):
            wait_for(lambda: client.state != "live", "the state changes", deadline=0.1)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_server__fails_for_a_while__is_tried_again(
    server: StandIn, connect: Connect, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    server.status = status
    client = connect()
    wait_for(lambda: len(server.requests) >= 3, "the client tries again")
    server.status = 200
    assert client.wait_until_ready(5)
    lost = [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert len(lost) == 1  # an outage is told once


def test_server__asks_to_stay_away__is_left_alone_so_long(
    server: StandIn, connect: Connect
) -> None:
    server.status, server.headers = 503, {"Retry-After": "30"}
    client = connect()
    wait_for(lambda: server.requests, "the first request came")
    with pytest.raises(AssertionError):
        wait_for(lambda: len(server.requests) > 1, "a second request", deadline=0.3)
    client.close()


def test_server__no_event_stream__is_not_believed(
    server: StandIn, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    server.headers = {"Content-Type": "text/html"}
    client = connect()
    wait_for(lambda: len(server.requests) >= 2, "the client tries again")
    assert "text/html" in caplog.text
    assert client.state == "starting"


@pytest.mark.parametrize(
    "raw",
    [
        b"event: change\ndata: {torn\n\n",
        b"event: change\ndata: [1]\n\n",
        b"event: change\ndata: {}\n\n",
        b'event: change\ndata: {"number": 43, "kind": 5}\n\n',
        b"event: snapshot\ndata: {}\n\n",
        b"event: snapshot\ndata: " + b"[" * 100_000 + b"\n\n",
    ],
)
def test_stream__nonsense__keeps_what_is_known_and_loads_anew(
    server: StandIn, connect: Connect, raw: bytes
) -> None:
    client = live(connect())
    server.send(raw)
    wait_for(lambda: len(server.requests) == 2, "the client connects again")
    assert client.bool("new-checkout", {"userId": "ann"}) is True
    live(client)
    assert "last-event-id" not in server.requests[1]


def test_stream__event_of_an_unknown_name__is_passed_over(
    server: StandIn, connect: Connect
) -> None:
    client = live(connect())
    server.send(event("weather", 1, {"sun": True}))
    server.send_change(change(43, feature("third")))
    wait_for(lambda: client.last_number == 43, "the change is in")
    assert len(server.requests) == 1


def test_change__broken_document__keeps_the_old_one_and_goes_on(
    server: StandIn, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    client = live(connect())
    server.send_change(change(43, feature("limits", rules=[rule(percentage=140)])))
    server.send_change(change(44, feature("third")))
    wait_for(lambda: client.last_number == 44, "the next change is in")
    assert client.decide("limits").reason == "STATIC"
    assert "features.limits.rules[0].percentage" in caplog.text
    assert len(server.requests) == 1


def test_snapshot__broken_document__keeps_the_old_one_and_takes_the_rest(
    server: StandIn, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    client = live(connect())
    broken = [rule(percentage=140)]
    server.snapshot = snapshot(
        feature("limits", rules=broken),
        feature("unheard-of", rules=broken),
        feature("third"),
        number=50,
    )
    server.send_change(change(50, feature("third")))
    wait_for(lambda: client.last_number == 50, "the new snapshot is in")
    assert client.json("limits") == {"max": [9]}
    assert client.bool("third") is True
    assert client.decide("unheard-of").reason == "NOT_FOUND"
    assert "features.limits.rules[0].percentage" in caplog.text


def test_close__while_reading__ends_the_thread_at_once(server: StandIn, connect: Connect) -> None:
    client = live(connect())
    client.close()
    client.close()
    assert not client._follower._thread.is_alive()
    assert client.state == "stale"
    assert client.bool("new-checkout", {"userId": "ann"}) is True


def test_close__while_waiting_to_try_again__ends_the_thread_at_once(server: StandIn) -> None:
    server.status = 500
    with Client(server.url, KEY, backoff=Backoff(first=60, most=60)) as client:
        wait_for(lambda: server.requests, "the first request came")
    assert not client._follower._thread.is_alive()


@pytest.mark.parametrize("url", ["", "localhost:8010", "ftp://host", "http://"])
def test_client__url_that_can_never_work__is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="url: must be like"):
        Client(url, KEY)


@pytest.mark.parametrize("key", ["", "a\r\nX: y", "schlüssel"])
def test_client__key_that_can_never_work__is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="key: must be the API key"):
        Client("http://127.0.0.1:1", key)


def test_backoff__many_attempts__doubles_within_its_bound() -> None:
    backoff = Backoff(first=1, most=8)
    for step in (1, 2, 4, 8, 8, 8):
        assert step / 2 <= backoff.next() <= step
    backoff.reset()
    assert backoff.next() <= 1
