"""Hostile input: the caller's mistake, told with its place; nothing changed, never a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from accounts.models import User
from tests.api.caller import Caller, everything
from tests.api.endpoints import RULE, WHY
from togglemesh.engine.documents import GREATEST_NESTING

TOGGLE = "/api/v1/features/new-checkout/toggles/production"
EXPOSE: dict[str, Any] = {**WHY, "enabled": True, "rules": [RULE]}
PROBLEM = "application/problem+json"
END_OF_TIME = "9999-12-31T23:59:59-12:00"


@pytest.fixture
def client(owner: User, shop: object) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def refused(answer: Any, status: int, place: str) -> None:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, PROBLEM), answer.content
    told = answer.json()
    assert (told["type"], told["status"]) == ("about:blank", status)
    assert told["title"]
    assert list(told["errors"]) == [place]
    assert told["errors"][place] in told["detail"]


def put(client: Client, body: bytes, **more: Any) -> Any:
    return client.put(TOGGLE, body, content_type=more.pop("content_type", "application/json"))


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"reason": "\xff"}', "request"),
        (b'{"reason": NaN}', "reason"),
        (b'{"enabled": 1e400}', "enabled"),
        (b'{"rules": [{"id": "\\ud800"}]}', "rules.0.id"),
        (b'{"reason": "a\\u0000b"}', "reason"),
        (b'{"expected_revision": ' + b"9" * 5000 + b"}", "expected_revision"),
        (b"[" * 50_000, "request"),
        (json.dumps({"more": nested(GREATEST_NESTING)}).encode(), "more.0.0.0.0"),
        (b"{", "request"),
        (b"[]", "request"),
    ],
)
def test_body__hostile__400_names_the_place(client: Client, body: bytes, place: str) -> None:
    before = everything()
    refused(put(client, body), 400, place)
    assert everything() == before


def test_body__schedule_at_the_end_of_time__400_and_lists_go_on(client: Client) -> None:
    body = {**EXPOSE, "more": {"schedule": [{"at": END_OF_TIME, "enabled": False}]}}
    before = everything()
    answer = put(client, json.dumps(body).encode())
    refused(answer, 400, "more")
    assert "schedule[0].at" in answer.json()["errors"]["more"]
    assert everything() == before
    assert client.get("/api/v1/features").status_code == 200


def test_body__too_large__413(client: Client) -> None:
    refused(put(client, b" " * 3_000_000), 413, "request")


def test_body__another_media_type__415(client: Client) -> None:
    refused(put(client, b"<a/>", content_type="text/xml"), 415, "request")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("features/a%00b", "path"),
        ("audit?subject=%00", "subject"),
        ("audit?subject=%ff", "query"),
        ("audit?" + "a=1&" * 1_000, "query"),
        ("rollouts?feature=%ed%a0%80", "query"),
    ],
)
def test_address__hostile__400_names_the_place(client: Client, path: str, place: str) -> None:
    refused(client.get(f"/api/v1/{path}"), 400, place)


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/features", "/api/v1/features/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_address__there_is_none__404_in_json(path: str, method: str) -> None:
    refused(Client().generic(method, path), 404, "path")


def test_method__not_of_this_address__405_says_which(client: Client) -> None:
    answer = client.delete("/api/v1/environments")
    refused(answer, 405, "request")
    assert "GET" in answer.headers["Allow"]


def test_accept__another_format__json_all_the_same(client: Client) -> None:
    answer = client.get("/api/v1/features/new-checkout?format=xml", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")


@pytest.fixture
def no_database(client: Client) -> Any:
    def refuse(*_: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(refuse):
        yield


def test_api__postgresql_is_down__503_says_when_to_come_again(
    client: Client, no_database: None
) -> None:
    client.raise_request_exception = False
    answer = client.get("/api/v1/features")
    refused(answer, 503, "request")
    assert answer.headers["Retry-After"] == "5"


def test_page__postgresql_is_down__503_says_so(client: Client, no_database: None) -> None:
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert b"does not answer" in answer.content


def test_api__a_fault_of_ours__500_in_json(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toggles.api.features.get_feature", lambda _: 1 / 0)
    refused(client.get("/api/v1/features/new-checkout"), 500, "request")


def test_caller__nobody__401_in_json(shop: object) -> None:
    assert Caller(None).get("features")[1]["status"] == 401
