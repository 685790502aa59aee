"""Hostile values at every place of every operation that the evaluator's description has."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
import yaml
from django.conf import settings
from pytest_django import DjangoDbBlocker

from tests.evaluator.conftest import reading  # noqa: F401 - a fixture
from tests.evaluator.service import FEATURE, Service, make_key
from tests.fuzz.budget import within_budget
from tests.fuzz.described import Operation, operations
from tests.fuzz.hostile import BODIES, TEXTS, bodies_around

FILE = Path(__file__).parents[2] / "docs" / "evaluator-openapi.yaml"
CONTEXT = {
    "context": {
        "targetingKey": "u",
        "userId": "u",
        "currentTime": "2030-01-31T12:00:00Z",
        "properties": {"plan": "gold", "list": ["a"], "number": 1.5},
    }
}


@dataclass(frozen=True)
class Case:
    operation: Operation
    path: str
    body: bytes = b""

    def __str__(self) -> str:
        return f"{self.operation.method} {self.path[:200]} {self.body[:400]!r}"


def _cases(operation: Operation) -> Iterator[Case]:
    usual = operation.path.format(key=FEATURE, name=FEATURE)
    for text in TEXTS:
        for name in operation.path_names:
            yield Case(operation, operation.path.replace("{" + name + "}", text or "%20"))
        for name in (*operation.query_names, "properties[a]", "unknown"):
            yield Case(operation, f"{usual}?{name}={text}")
    yield Case(operation, f"{usual}?" + "a=1&" * 1_001)
    if operation.method == "POST":
        yield from (Case(operation, usual, body) for body in BODIES)
        for body in (operation.body, CONTEXT) if "context" in operation.body else (operation.body,):
            yield from (Case(operation, usual, sent) for _, sent in bodies_around(body))


@pytest.fixture
def client_key(reading: Service, django_db_blocker: DjangoDbBlocker) -> str:  # noqa: F811
    with django_db_blocker.unblock():
        return make_key(kind="client")


def test_evaluator__anything_anywhere__is_answered_as_described_and_refused_whole(
    reading: Service,  # noqa: F811 - the fixture
    client_key: str,
) -> None:
    described = yaml.safe_load(FILE.read_text())
    cases = [case for operation in operations(described) for case in _cases(operation)]
    tried = 0
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        for case in within_budget(cases):
            key = client_key if case.path.startswith("/api/frontend") else reading.key
            _try(reading, case, key, valkey)
            tried += 1
    assert tried >= 60
    assert reading.get("/readyz").status_code == 200


def _try(service: Service, case: Case, key: str, valkey: redis.Redis) -> None:
    before = _counted(valkey)
    status, media_type, answer = _ask(service, case, key)
    try:
        case.operation.check_answer(status, media_type)
        if status >= 400:
            assert _counted(valkey) == before, "refused, and yet something was counted"
    except Exception as problem:
        raise AssertionError(f"{case}\n{problem}\n{answer[:400]!r}") from problem


def _ask(service: Service, case: Case, key: str) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)
    try:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        connection.request(case.operation.method, case.path, case.body or None, headers)
        answer = connection.getresponse()
        media_type = answer.headers.get("Content-Type", "")
        endless = media_type.startswith("text/event-stream")
        return answer.status, media_type, b"" if endless else answer.read()
    finally:
        connection.close()


def _counted(valkey: redis.Redis) -> dict[bytes, object]:
    counted = [*valkey.scan_iter("tm:usage:*"), *valkey.scan_iter("tm:outcomes:*")]
    return {key: valkey.hgetall(key) for key in counted}
