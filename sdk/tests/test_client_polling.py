"""The client where the change stream does not come through."""

import pytest
from stand_in import Connect, StandIn, wait_for
from wire_documents import change, feature, snapshot

from togglemesh.client import stream


@pytest.fixture(autouse=True)
def polls_allowed(server: StandIn) -> None:
    server.poll_status = 200


@pytest.mark.parametrize("status", [404, 405, 500, 501])
def test_stream__refused__polls_and_is_live(server: StandIn, connect: Connect, status: int) -> None:
    server.status = status
    client = connect(poll_interval=0.02)
    wait_for(lambda: client.state == "live", "the client is live")
    assert (client.via, client.last_number) == ("polling", 42)
    server.snapshot = snapshot(feature("limits", enabled=False), number=43)
    wait_for(lambda: client.last_number == 43, "the change is in")
    assert client.decide("limits").reason == "DISABLED"
    assert client.state == "live"


def test_poll__nothing_new__costs_a_304_and_tells_nobody(server: StandIn, connect: Connect) -> None:
    server.status = 404
    client = connect(poll_interval=0.02)
    told: list[frozenset[str]] = []
    client.on_change(told.append)
    wait_for(lambda: len(server.polls) >= 5, "it polls")
    assert "if-none-match" not in server.polls[0]
    assert {poll["if-none-match"] for poll in server.polls[2:]} == {'"42-x"'}
    assert len(told) <= 1  # the first load may have come before the listener


def test_poll__changed__tells_only_what_differs(server: StandIn, connect: Connect) -> None:
    server.status = 404
    client = connect(poll_interval=0.02)
    wait_for(lambda: client.state == "live", "the client is live")
    told: list[frozenset[str]] = []
    client.on_change(told.append)
    features = server.snapshot["features"] | {"limits": feature("limits", enabled=False)}
    server.snapshot = {**server.snapshot, "features": features, "number": 43}
    wait_for(lambda: told, "the change is told")
    assert told == [frozenset({"limits"})]


def test_stream__held_back_by_a_proxy__polls(
    server: StandIn, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "FIRST_EVENT", 0.05)
    server.silent = True
    client = connect(poll_interval=0.02)
    wait_for(lambda: client.via == "polling", "the client polls")
    assert client.last_number == 42


def test_stream__back__is_followed_from_the_number_that_is_known(
    server: StandIn, connect: Connect
) -> None:
    server.status = 501
    client = connect(poll_interval=0.02)
    states: list[str] = []
    client.on_state(states.append)
    wait_for(lambda: client.via == "polling", "the client polls")
    server.status = 200
    wait_for(lambda: client.via == "stream", "the client streams")
    assert server.requests[-1]["last-event-id"] == "42"
    server.send_change(change(43, feature("third")))
    wait_for(lambda: client.last_number == 43, "the change is in")
    assert "stale" not in states  # trying the stream is no outage


def test_poll__fails_too__client_is_stale_and_goes_on(server: StandIn, connect: Connect) -> None:
    server.status = 404
    client = connect(poll_interval=0.02)
    wait_for(lambda: client.via == "polling", "the client polls")
    server.poll_status = 500
    wait_for(lambda: client.state == "stale", "the client knows that it is stale")
    assert client.bool("new-checkout", {"userId": "ann"}) is True
    server.poll_status = 200
    wait_for(lambda: client.state == "live", "the client is live again")


def test_poll__server_asks_to_stay_away__is_left_alone(server: StandIn, connect: Connect) -> None:
    server.status, server.headers = 503, {"Retry-After": "30"}
    connect(poll_interval=0.02)
    wait_for(lambda: server.requests, "the first request came")
    with pytest.raises(AssertionError):
        wait_for(lambda: server.polls, "a poll", deadline=0.3)


def test_poll__switched_off__only_streams(server: StandIn, connect: Connect) -> None:
    server.status = 404
    connect(poll_interval=None)
    wait_for(lambda: len(server.requests) >= 3, "the client tries the stream again")
    assert server.polls == []


def test_stream__was_there_and_breaks__is_tried_again_before_polling(
    server: StandIn, connect: Connect
) -> None:
    client = connect(poll_interval=0.02)
    wait_for(lambda: client.via == "stream", "the client streams")
    server.drop()
    wait_for(lambda: len(server.requests) == 2, "the client is back")
    wait_for(lambda: client.via == "stream", "the client streams")
    assert server.polls == []


def test_poll__database_restored_while_streaming__next_poll_is_whole(
    server: StandIn, connect: Connect
) -> None:
    server.status = 404
    client = connect(poll_interval=0.02)
    wait_for(lambda: client.via == "polling", "the client polls")
    server.status = 200
    wait_for(lambda: client.via == "stream", "the client streams")
    server.send_change(change(43, feature("third")))
    wait_for(lambda: client.last_number == 43, "the change is in")
    before = len(server.polls)
    server.status = 404
    server.drop()
    wait_for(lambda: client.last_number == 42, "what the server has by now is in")
    assert "if-none-match" not in server.polls[before]
    assert client.decide("third").reason == "NOT_FOUND"
