"""Hostile input at the evaluator: refused with its place, and nothing else suffers."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

import pytest
import redis
from django.conf import settings

from tests.evaluator.service import FEATURE, Service
from togglemesh.engine.documents import GREATEST_NESTING
from toggles.evaluator.environments import HeldEnvironment
from toggles.usage import usage_key

ONE = f"/ofrep/v1/evaluate/flags/{FEATURE}"
ALL = "/ofrep/v1/evaluate/flags"
BODIES = {
    "no UTF-8": b'{"context": {"userId": "\xff"}}',
    "UTF-16": '{"context": {}}'.encode("utf-16"),
    "half a pair": b'{"context": {"userId": "\\ud800"}}',
    "infinite": b'{"context": {"a": 1e400}}',
    "no number": b'{"context": {"a": NaN}}',
    "long number": b'{"context": {"a": ' + b"9" * 5000 + b"}}",
    "deep": json.dumps({"context": {"a": None}}).replace("null", "[" * 200 + "]" * 200).encode(),
    "very deep": b'{"context": {"a": ' + b"[" * 30_000,
    "no object": b"[]",
}


@pytest.mark.parametrize("path", [ONE, ALL])
@pytest.mark.parametrize("kind", BODIES)
def test_context__hostile__400_says_why(path: str, kind: str, reading: Service) -> None:
    reading.evaluate(targetingKey="u")  # from now on the short way is taken
    answer = reading.post(path, BODIES[kind])
    assert answer.status_code == 400, answer.text
    assert answer.json()["errorDetails"]


def test_context__too_deep__names_the_place(reading: Service) -> None:
    details = reading.post(ONE, BODIES["deep"]).json()["errorDetails"]
    assert details.startswith("context.a.0")
    assert str(GREATEST_NESTING) in details


@pytest.mark.parametrize("value", [2**70, -0.0, 1e300, "a\0b", [["x"]]])
def test_context__odd_and_harmless__is_decided(value: Any, reading: Service) -> None:
    assert reading.evaluate(targetingKey="u", odd=value).status_code == 200
    assert reading.evaluate_all({"targetingKey": "u", "odd": value}).status_code == 200


def test_query__a_thousand_fields__400(reading: Service) -> None:
    path = "/api/client/features?" + "a=1&" * 1_001
    answer = reading.get(path, {"Authorization": reading.key})
    assert answer.status_code == 400
    assert "1000 fields" in answer.json()["message"]


def test_body__too_large_by_far__413_is_read_by_who_is_still_sending(reading: Service) -> None:
    length = 12_000_000
    head = (
        f"POST {ONE} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {reading.key}\r\n"
        f"Content-Length: {length}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", reading.port), timeout=10) as connection:
        connection.sendall(head.encode() + b" " * length)
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def report(service: Service, batch: str, count: int, times: int = 1) -> Any:
    one = {"event": "paid", "feature": FEATURE, "variant": "on", "count": count}
    content = {"id": batch, "counts": {FEATURE: {"on": count}}, "outcomes": [one] * times}
    return service.post("/client/v1/usage", content)


def test_counts__beyond_64_bits__are_refused_at_the_door(reading: Service) -> None:
    assert report(reading, "a", 2**63).status_code == 400
    assert report(reading, "b", 2**40, times=2).status_code == 400
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        key = usage_key("production", time.time())
        valkey.hset(key, f"{FEATURE} on", 2**63 - 2)
        answer = report(reading, "c", 5)
        valkey.delete(key)
    assert answer.status_code == 400
    assert report(reading, "d", 5).status_code == 202


def test_environment__a_document_that_nothing_can_encode__is_left_out_alone() -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = [deep]

    def feature(key: str, value: Any) -> dict[str, Any]:
        variants = {"off": {"value": value}}
        return {"key": key, "enabled": True, "variants": variants, "off_variant": "off"}

    snapshot = {
        "format": 1,
        "environment": "production",
        "number": 1,
        "features": {"good": feature("good", 1), "bad": feature("bad", deep)},
        "segments": {},
    }
    held = HeldEnvironment(snapshot, "")
    assert list(held.features) == ["good"]
    change = {"number": 2, "kind": "feature", "key": "good", "document": feature("good", deep)}
    held.apply(change, "")
    assert (held.number, list(held.features)) == (2, [])
    assert held.unleash().all_features() == []


def test_unleash__a_translation_breaks__that_feature_is_off_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def feature(key: str) -> dict[str, Any]:
        variants = {"off": {"value": False}, "on": {"value": True}}
        rules = [{"id": "all", "split": [{"variant": "on", "weight": 1}]}]
        return {
            "key": key,
            "enabled": True,
            "variants": variants,
            "off_variant": "off",
            "rules": rules,
        }

    def broken(document: dict[str, Any]) -> Any:
        if document["key"] == "bad":
            raise ArithmeticError
        return [(0.0, document)]

    monkeypatch.setattr("toggles.evaluator.unleash.features._stages", broken)
    snapshot = {
        "format": 1,
        "environment": "production",
        "number": 1,
        "features": {"good": feature("good"), "bad": feature("bad")},
        "segments": {},
    }
    bad, good = HeldEnvironment(snapshot, "").unleash().all_features()
    assert (bad["enabled"], good["enabled"]) == (False, True)
    assert "broken" in bad["description"]
