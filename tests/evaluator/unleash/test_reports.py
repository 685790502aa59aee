"""What Unleash's SDKs and relays tell, in the shapes in which they really tell it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.evaluator.service import FEATURE, Service, make_key
from toggles import usage


def told(service: Service, path: str, content: Any) -> int:
    return service.post(path, content, {"Authorization": service.key}).status_code


def test_reports__register_metrics_bulk__counted_where_ours_are(changing: Service) -> None:
    application = {"appName": "cart", "instanceId": "i-1", "sdkVersion": "unleash-node-sdk:6",
                   "strategies": [], "started": "2030-01-01T00:00:00Z", "interval": 1}  # fmt: skip
    asked = {"yes": 3, "no": 2, "variants": {"disabled": 3}}
    bucket = {"start": "2030-01-01T00:00:00Z", "stop": "2030-01-01T00:01:00Z",
              "toggles": {FEATURE: asked, "no-such": asked}}  # fmt: skip
    row = {"featureName": FEATURE, "environment": "x", "timestamp": "t", "yes": 1, "no": 0}
    assert told(changing, "/api/client/register", application) == 202
    assert told(changing, "/api/client/metrics", {"appName": "cart", "bucket": bucket}) == 202
    edge = changing.with_key(make_key(kind="edge"))
    bulk = {"applications": [application], "metrics": [row]}
    assert told(edge, "/api/client/metrics/bulk", bulk) == 202
    browser = changing.with_key(make_key(kind="client"))
    frontend = {"appName": "web", "bucket": bucket}
    assert told(browser, "/api/frontend/client/metrics", frontend) == 200
    assert told(browser, "/api/frontend/client/register", application) == 200
    now = time.time()
    assert usage.usage("production", now=now, hours=2) == {FEATURE: {"on": 7, "off": 4}}
    assert [one["service"] for one in usage.instances("production", now=now)] == ["cart"]


ODD = [
    {"yes": 3, "no": 2, "variants": None},
    {"yes": "3", "no": "2", "variants": {}},
    {"yes": 3.0, "no": 2, "variants": []},
    {"yes": 3, "no": 2, "variants": {"on": None, "disabled": "3"}, "more": {"unknown": [1]}},
    {"yes": 3, "no": 2},
]


@pytest.mark.parametrize("asked", ODD)
def test_metrics__odd_but_harmless_shape__counted(asked: Any, changing: Service) -> None:
    bucket = {"start": None, "toggles": {FEATURE: asked, "no-such": None}}
    metrics = {"appName": "cart", "instanceId": None, "environment": None, "bucket": bucket}
    assert told(changing, "/api/client/metrics", metrics) == 202
    rows = [{"featureName": FEATURE, "appName": "cart", "environment": None, **asked}]
    bulk = {"applications": None, "metrics": rows, "impactMetrics": None}
    assert told(changing, "/api/client/metrics/bulk", bulk) == 202
    assert usage.usage("production", now=time.time(), hours=2) == {FEATURE: {"on": 6, "off": 4}}


@pytest.mark.parametrize("toggles", [None, [], {}])
def test_metrics__nothing_asked__taken(toggles: Any, reading: Service) -> None:
    assert (
        told(reading, "/api/client/metrics", {"appName": "a", "bucket": {"toggles": toggles}})
        == 202
    )


@pytest.mark.parametrize(
    "more", [{"instanceId": None}, {"instanceId": 7}, {"sdkVersion": None, "connectionId": None},
             {"strategies": None, "started": "soon", "interval": "10"}]
)  # fmt: skip
def test_register__odd_but_harmless_shape__taken(more: Any, reading: Service) -> None:
    assert told(reading, "/api/client/register", {"appName": "cart", **more}) == 202


def test_metrics__large_batch__counted_up_to_a_megabyte(changing: Service) -> None:
    asked = {"yes": 1, "no": 0, "variants": None}
    toggles = {
        FEATURE: asked,
        **{f"a-feature-of-another-environment-{n}": asked for n in range(8000)},
    }
    metrics = {"appName": "cart", "bucket": {"toggles": toggles}}
    assert 600_000 < len(json.dumps(metrics)) < 1024 * 1024
    assert told(changing, "/api/client/metrics", metrics) == 202
    assert usage.usage("production", now=time.time(), hours=2) == {FEATURE: {"on": 1}}
    assert told(changing, "/api/client/metrics", {**metrics, "more": "x" * 1024 * 1024}) == 413


@pytest.mark.parametrize("path", ["register", "metrics", "metrics/bulk"])
def test_reports__not_in_shape__400_message(path: str, reading: Service) -> None:
    answer = reading.post(f"/api/client/{path}", {"appName": 1, "metrics": 1},
                          {"Authorization": reading.key})  # fmt: skip
    assert (answer.status_code, list(answer.json())) == (400, ["message"])
