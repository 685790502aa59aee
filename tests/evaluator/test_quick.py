"""The short way of a single decision answers as the long way does."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

from tests.evaluator.service import FEATURE, Service

PATH = f"/ofrep/v1/evaluate/flags/{FEATURE}"
PEOPLE: list[Any] = [{"context": {"targetingKey": f"user-{number}"}} for number in range(20)]
UNUSUAL: list[Any] = [
    {"context": {}},
    {"context": {"targetingKey": 7}},
    {"context": {"userId": "a", "properties": {"plan": "pro"}}},
    {"context": None},
    {"contxt": {}},
    [],
    "text",
]


def ask(service: Service, body: Any, path: str = PATH, **more: str) -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {service.key}", **more}
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers["content-type"], answer.read()
    finally:
        connection.close()


def long_way(service: Service, body: Any, path: str = PATH) -> tuple[int, str, bytes]:
    """A request that names an origin never takes the short way."""
    return ask(service, body, path, Origin="https://shop.example")


@pytest.mark.parametrize("body", PEOPLE + UNUSUAL)
def test_one__any_body__same_bytes_on_both_ways(reading: Service, body: Any) -> None:
    sent = json.dumps(body).encode()
    ask(reading, sent)  # from now on the key is one that was admitted before
    if isinstance(body, dict) and not body.get("context"):
        assert ask(reading, sent)[0] == long_way(reading, sent)[0]  # chance decides without an id
    else:
        assert ask(reading, sent) == long_way(reading, sent)


@pytest.mark.parametrize("sent", [b"{", b"\xff", b'{"context":{"userId":"\\ud800"}}'])
def test_one__bytes_that_are_no_plain_json__same_bytes_on_both_ways(
    reading: Service, sent: bytes
) -> None:
    ask(reading, sent)
    assert ask(reading, sent) == long_way(reading, sent)


def test_one__unknown_feature_or_encoded_name__same_bytes_on_both_ways(reading: Service) -> None:
    sent = b'{"context":{"userId":"a"}}'
    for path in (PATH + "-2", PATH.replace("new-checkout", "new%2Dcheckout"), PATH + "/x"):
        assert ask(reading, sent, path) == long_way(reading, sent, path)


def test_one__body_in_chunks__decided(reading: Service) -> None:
    parts = iter([b'{"context":', b'{"userId":"a"}}'])
    whole = ask(reading, b'{"context":{"userId":"a"}}')
    assert ask(reading, parts) == whole
    assert whole[0] == 200
