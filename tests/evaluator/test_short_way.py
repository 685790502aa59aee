"""Which requests take the short way, and that it does no more than it has to."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from benchmarks.workloads import CONTEXT, EVERYONE, HALF, make_feature, make_keys, make_snapshot
from toggles.evaluator.app import Evaluator
from toggles.evaluator.bucket import Bucket
from toggles.evaluator.environments import HeldEnvironment
from toggles.evaluator.keys import LiveKey
from toggles.evaluator.settings import Settings

KEY = b"Bearer known"
ALL = "/ofrep/v1/evaluate/flags"
ONE = f"{ALL}/feature-1"
BODY = json.dumps({"context": CONTEXT}).encode()


@pytest.fixture
def evaluator() -> Evaluator:
    made = Evaluator(Settings("redis://127.0.0.1:1", b"secret", 0, None))
    snapshot = make_snapshot(make_keys(3), HALF)
    snapshot["features"]["feature-2"] = make_feature("feature-2", EVERYONE)
    made.parts.environments["bench"] = HeldEnvironment(snapshot, "mark")
    live = LiveKey("known", "", "server", "bench", bucket=Bucket(100))
    made.parts.keys.accepted[KEY] = live
    made.parts.database.reachable = True
    return made


class Asked:
    """One request as granian hands it on: of a body it says that more may come, until it is asked
    again. `received` counts how often it was asked."""

    def __init__(self, evaluator: Evaluator, path: str, *parts: bytes, **more: str) -> None:
        self.parts = [*parts, b""]
        self.received = 0
        self.sent: list[Any] = []
        length = b"%d" % sum(map(len, parts))
        given = [(name.replace("_", "-").encode(), more[name].encode()) for name in more]
        headers = [(b"authorization", KEY), (b"content-length", length), *given]
        scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
        asyncio.run(evaluator(scope, self._receive, self._send))

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def content(self) -> Any:
        return json.loads(self.sent[-1]["body"])

    async def _receive(self) -> dict[str, Any]:
        self.received += 1
        part = self.parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(self.parts)}

    async def _send(self, message: Any) -> None:
        self.sent.append(message)


@pytest.mark.parametrize("path", [ONE, ALL])
@pytest.mark.parametrize("more", [{}, {"origin": "https://shop.example"}])
def test_body_that_came_whole__is_asked_for_once(
    evaluator: Evaluator, path: str, more: dict[str, str]
) -> None:
    asked = Asked(evaluator, path, BODY, **more)
    assert (asked.status, asked.received) == (200, 1)


@pytest.mark.parametrize("path", [ONE, ALL])
def test_body_in_parts__answered_as_one_that_came_whole(evaluator: Evaluator, path: str) -> None:
    asked = Asked(evaluator, path, BODY[:10], BODY[10:])
    assert (asked.status, asked.received) == (200, 2)
    assert asked.content == Asked(evaluator, path, BODY).content


@pytest.mark.parametrize("path", [ONE, ALL])
@pytest.mark.parametrize("body", [BODY, b'{"context":{"properties":{"plan":"pro"}}}', b""])
def test_request__either_way__counts_once(evaluator: Evaluator, path: str, body: bytes) -> None:
    bucket = evaluator.parts.keys.accepted[KEY].bucket
    bucket.rate, bucket.tokens = 1e-9, 1.0
    assert Asked(evaluator, path, body).status == 200
    assert Asked(evaluator, path, body).status == 429


@pytest.mark.parametrize("path", [ALL + "X", ALL + "-2/feature-1", ALL + "/none"])
def test_address_beside__is_not_found(evaluator: Evaluator, path: str) -> None:
    assert Asked(evaluator, path, BODY).status == 404


def test_bulk__both_ways__same_answer(evaluator: Evaluator) -> None:
    short, long = (Asked(evaluator, ALL, BODY, **more) for more in ({}, {"if_none_match": '"x"'}))
    assert short.content == long.content
    assert {name for name, _ in short.sent[0]["headers"]} >= {b"etag", b"cache-control"}
    etags = [dict(asked.sent[0]["headers"])[b"etag"] for asked in (short, long)]
    assert etags[0] == etags[1]
    assert Asked(evaluator, ALL, BODY, if_none_match=etags[0].decode()).status == 304


def test_bulk__after_a_change__has_it(evaluator: Evaluator) -> None:
    assert len(Asked(evaluator, ALL, BODY).content["flags"]) == 3
    document = make_feature("feature-1", EVERYONE) | {"revision": 2}
    change = {"number": 1, "kind": "feature", "key": "feature-1", "document": document}
    evaluator.parts.environments["bench"].apply(change, "next")
    flags = {flag["key"]: flag for flag in Asked(evaluator, ALL, BODY).content["flags"]}
    assert flags["feature-1"] == {
        "key": "feature-1",
        "reason": "STATIC",
        "variant": "on",
        "value": True,
        "metadata": {"revision": 2},
    }
    assert flags["feature-1"] == Asked(evaluator, ONE, BODY).content
