"""A cluster that is slow, down or unwilling holds nothing up and is not hammered."""

from __future__ import annotations

from time import monotonic

import pytest

from routing.cluster import calls as module
from routing.cluster.calls import ATTEMPTS, FAILURES, Calls, ClusterResting
from routing.cluster.errors import ClusterRefused, ClusterUnavailable, OthersOwn, read_refusal
from tests.routing.cluster.conftest import ScriptedServer


def test_send__passing_failure__is_tried_again(server: ScriptedServer, calls: Calls) -> None:
    server.answers = [503, 429, 200]
    assert calls.send("GET", "/") == {"message": "status 200"}
    assert server.asked == 3


def test_send__lasting_failure__tries_are_bounded(server: ScriptedServer, calls: Calls) -> None:
    server.answers = [503]
    with pytest.raises(ClusterUnavailable, match="answered 503: status 503"):
        calls.send("GET", "/")
    assert server.asked == ATTEMPTS


def test_send__refusal__is_final(server: ScriptedServer, calls: Calls) -> None:
    server.answers = [403]
    with pytest.raises(ClusterRefused, match="status 403"):
        calls.send("GET", "/")
    assert server.asked == 1


def test_send__silence__ends_at_the_time_limit(
    server: ScriptedServer, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TIME_LIMIT", (0.2, 0.2))
    server.answers = [0]
    started = monotonic()
    with pytest.raises(ClusterUnavailable, match="cannot be reached"):
        calls.send("GET", "/")
    assert monotonic() - started < 5


def test_send__failures_in_a_row__nothing_more_is_sent(
    server: ScriptedServer, calls: Calls
) -> None:
    server.answers = [503]
    for _ in range(2):
        with pytest.raises(ClusterUnavailable):
            calls.send("GET", "/")
    asked = server.asked
    with pytest.raises(ClusterResting, match="in a row"):
        calls.send("GET", "/")
    assert asked == server.asked == FAILURES


def test_send__many_refusals__breaker_stays_closed(server: ScriptedServer, calls: Calls) -> None:
    server.answers = [404] * (2 * FAILURES) + [200]
    for _ in range(2 * FAILURES):
        with pytest.raises(ClusterRefused):
            calls.send("GET", "/")
    assert calls.send("GET", "/") == {"message": "status 200"}


def test_read_refusal__apply_conflict__names_the_managers() -> None:
    body = (
        b'{"message": "Apply failed", "details": {"causes": [{"reason": "FieldManagerConflict",'
        b'"message": "conflict with \\"kubectl\\" using networking.istio.io/v1"}]}}'
    )
    refused = read_refusal(409, body)
    assert isinstance(refused, OthersOwn)
    assert refused.managers == ["kubectl"]


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"details": null}', b"\xff"])
def test_read_refusal__answer_of_no_api_server__still_an_error_of_ours(body: bytes) -> None:
    assert isinstance(read_refusal(418, body), ClusterRefused)
