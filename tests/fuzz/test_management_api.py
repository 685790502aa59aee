"""Hostile values at every place of every operation of the management API.

The operations come from the OpenAPI description, so a new one is tried as soon as it is described;
`tests.api.endpoints` gives the call that succeeds, where it has one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from accounts.changes import CreateServiceToken
from accounts.models import ApiKey, User
from governance.changes import perform
from rollouts.models import Rollout
from tests.api.conftest import mesh, rollout, shop  # noqa: F401 - fixtures
from tests.api.endpoints import ENDPOINTS, RULE, Endpoint
from tests.evaluator.service import make_key
from tests.fuzz.budget import within_budget
from tests.fuzz.described import Operation, operations
from tests.fuzz.hostile import BODIES, TEXTS, bodies_around
from tests.fuzz.rows import fingerprint
from tests.routing.shop import BY

JSON = "application/json"
LIST = {"id": "testers", "field": "userId", "ids": ["u1"], "variant": "on"}
CONDITION = {
    "all": [
        {"not": {"field": "plan", "operator": "NUM_GT", "values": ["5"]}},
        {"any": [{"field": "now", "operator": "DATE_AFTER", "values": ["2030-01-31T12:00:00Z"]}]},
    ]
}
# Bodies that reach further than those of the permission tests.
RICH: dict[str, list[dict[str, Any]]] = {
    "set_exposure": [
        {
            "reason": "x",
            "enabled": True,
            "rules": [{**RULE, "when": CONDITION, "group": "g", "lists": [LIST]}],
            "more": {
                "type": "boolean",
                "default_variant": "off",
                "lists": [LIST],
                "schedule": [{"at": "2030-01-31T12:00:00Z", "enabled": False, "rules": [RULE]}],
                "metadata": {"owner": "x", "size": 5},
            },
        },
        {
            "reason": "x",
            "enabled": True,
            "rules": [],
            "more": {"targeting": {"if": [{"==": [{"var": "a"}, 5]}, "on", "off"]}},
        },
    ],
    "create_feature": [
        {
            "reason": "x",
            "key": "rich",
            "name": "Rich",
            "owner": "shop",
            "variants": {"off": {"value": {"a": [1, "b"]}}, "on": {"value": 1.5}},
        }
    ],
    "set_segment": [{"reason": "x", "name": "Beta", "constraints": [], "when": CONDITION}],
    "start_rollout": [
        {
            "reason": "x",
            "feature": "new-checkout",
            "environment": "staging",
            "variant": "on",
            "steps": [{"segment": "beta-users"}, {"percentage": 5, "bake_seconds": 5}],
            "gate": {
                "window_seconds": 5,
                "min_requests": 5,
                "min_errors": 1,
                "margin_points": 5,
                "on_no_traffic": "hold",
                "extra_bakes": 1,
            },
        }
    ],
}


@dataclass(frozen=True)
class Case:
    operation: Operation
    path: str
    body: bytes | None = None
    media_type: str = JSON

    def __str__(self) -> str:
        return f"{self.operation.method} {self.path[:200]} {(self.body or b'')[:400]!r}"


def _template(endpoint: Endpoint, names: dict[str, str]) -> str:
    """The path as the OpenAPI description writes it."""
    path = "/api/v1/" + endpoint.path.format(**names).partition("?")[0]
    try:
        route = resolve(path).route
    except Resolver404:
        return path
    return "/" + route.replace("<str:", "{").replace("<uuid:", "{").replace(">", "}")


def _cases(operation: Operation, paths: list[str], bodies: list[Any]) -> Iterator[Case]:
    for path in paths:
        yield Case(operation, path)
        for name in (*operation.query_names, "unknown"):
            yield from (Case(operation, f"{path}?{name}={text}") for text in TEXTS)
        yield Case(operation, f"{path}?" + "a=1&" * 1_001)
    for text in TEXTS:
        for name in operation.path_names:
            rest = operation.path.replace("{" + name + "}", text)
            yield Case(operation, rest.format(**dict.fromkeys(operation.path_names, "x")))
    if operation.method in ("POST", "PUT", "PATCH"):
        yield from (Case(operation, paths[0], body) for body in BODIES)
        yield from (Case(operation, paths[0], b"<a/>", media) for media in ("text/xml", "", "a"))
        for body in bodies:
            yield from (Case(operation, paths[0], sent) for _, sent in bodies_around(body))


@pytest.fixture
def cases(rollout: Rollout) -> list[Case]:  # noqa: F811 - the fixture
    token = perform(BY, CreateServiceToken("ci", {"shop": "viewer"}))
    names = {
        "rollout": str(rollout.pk),
        "selector": make_key().split("_")[2],
        "token": token.split("_")[2],
    }
    known: dict[tuple[str, str], list[Endpoint]] = {}
    for endpoint in ENDPOINTS:
        known.setdefault((endpoint.method, _template(endpoint, names)), []).append(endpoint)
    described = yaml.safe_load(Client().get("/api/v1/openapi.yaml").content)
    found: list[Case] = []
    for operation in operations(described):
        ours = known.get((operation.method, operation.path), [])
        usual = operation.path.format(
            **{name: names.get(name, name) for name in operation.path_names}
        )
        paths = ["/api/v1/" + quote(one.path.format(**names)) for one in ours] or [usual]
        bodies = [{**operation.optional, **one.body} for one in ours if one.body]
        bodies += [one.body for one in ours if one.body] + RICH.get(operation.id, [])
        found += _cases(operation, paths, bodies or [operation.body])
    return found


def test_management_api__anything_anywhere__is_answered_as_described_and_refused_whole(
    cases: list[Case], owner: User
) -> None:
    owner.is_superuser = True  # so that rights refuse nothing before input does
    owner.save()
    client = Client(raise_request_exception=False)
    client.force_login(owner)
    assert ApiKey.objects.exists()
    before, tried = fingerprint(), 0
    for case in within_budget(cases):
        with transaction.atomic():
            _try(client, case, before)
            transaction.set_rollback(True)
        tried += 1
    print(f"{tried} of {len(cases)} cases")
    assert tried >= 60


def _try(client: Client, case: Case, before: str) -> None:
    more = {} if case.body is None else {"content_type": case.media_type, "data": case.body}
    answer = client.generic(case.operation.method, case.path, **more)
    try:
        if answer.headers.get("Content-Type") == "application/problem+json":
            told = answer.json()
            assert told["status"] == answer.status_code
            assert told["errors"]
        if answer.status_code == 404 and "path" in answer.json()["errors"]:
            return  # a hostile part of the path makes another address, of which nothing is told
        case.operation.check_answer(answer.status_code, answer.headers.get("Content-Type", ""))
        if answer.status_code >= 400:
            assert fingerprint() == before, "refused, and yet something was written"
    except Exception as problem:
        raise AssertionError(f"{case}\n{problem}\n{answer.content[:400]!r}") from problem
