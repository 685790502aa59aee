"""Usage, outcomes and instances that SDKs tell, and how they are read back."""

import time
from typing import Any

import pytest
from django.conf import settings

from tests.evaluator.service import FEATURE, Service
from toggles.evaluator.tally import Tally
from toggles.usage import instances, outcomes, usage

USAGE, REGISTER = "/client/v1/usage", "/client/v1/register"


def batch(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "counts": {}, "outcomes": [], **more}


def test_usage__batches__are_added_up_and_read_back(reading: Service) -> None:
    before = usage("production", now=time.time()).get(FEATURE, {})
    for name, number in (("b-1", 3), ("b-2", 4), ("b-2", 4)):
        answer = reading.post(USAGE, batch(name, counts={FEATURE: {"on": number, "off": 1}}))
        assert answer.status_code == 202, answer.text
    after = usage("production", now=time.time(), hours=2)[FEATURE]
    assert after["on"] - before.get("on", 0) == 7  # a batch that came twice counts once
    assert after["off"] - before.get("off", 0) == 2
    assert usage("staging", now=time.time()) == {}


def test_outcomes__told__are_summed_by_feature_variant_and_event(reading: Service) -> None:
    latency = {"sum": 12.5, "buckets": [0, 1] + [0] * 10}
    told = {"event": "sold", "feature": FEATURE, "variant": "on", "count": 2, "success": 1}
    plain = {"event": "visit", "count": 5, "value": 1.5}
    sent = batch("o-1", outcomes=[told | {"failure": 1, "latency_ms": latency}, plain])
    assert reading.post(USAGE, sent).status_code == 202
    assert reading.post(USAGE, batch("o-2", outcomes=[told])).status_code == 202
    found = {one.event: one for one in outcomes("production", now=time.time(), minutes=3)}
    sold, visit = found["sold"], found["visit"]
    assert (sold.feature, sold.variant) == (FEATURE, "on")
    assert (sold.count, sold.success, sold.failure, sold.latency_ms) == (4, 2, 1, 12.5)
    assert sold.buckets[1] == 1
    assert (visit.feature, visit.variant, visit.count, visit.value) == (None, None, 5, 1.5)


def test_register__twice__is_one_instance(reading: Service) -> None:
    told = {"instance": "i-1", "service": "cart", "version": "v1", "features": [FEATURE]}
    for version in ("v1", "v2"):
        assert reading.post(REGISTER, told | {"version": version}).status_code == 202
    everyone = instances("production", now=time.time())
    (found,) = (one for one in everyone if one["instance"] == "i-1")
    assert (found["service"], found["version"], found["features"]) == ("cart", "v2", [FEATURE])
    assert abs(found["seen"] - time.time()) < 60
    assert instances("production", now=time.time() + 181) == []


@pytest.mark.parametrize(
    ("path", "content", "named"),
    [
        (USAGE, b"", "body"),
        (USAGE, {"counts": {}}, "id"),
        (USAGE, batch("a b"), "id"),
        (USAGE, batch("x", counts={"a b": {"on": 1}}), "counts"),
        (USAGE, batch("x", counts={"a": {"on": -1}}), "counts"),
        (USAGE, batch("x", outcomes=[{"event": "a b"}]), "outcomes"),
        (
            USAGE,
            batch("x", outcomes=[{"event": "a", "latency_ms": {"sum": 1, "buckets": []}}]),
            "b",
        ),
        (REGISTER, {"instance": ""}, "instance"),
        (REGISTER, {"instance": "i", "features": ["\n"]}, "features"),
    ],
)
def test_report__unsound__400_names_the_field(
    path: str, content: Any, named: str, reading: Service
) -> None:
    answer = reading.post(path, content)
    assert answer.status_code == 400
    assert named in answer.json()["errorDetails"]


@pytest.mark.parametrize("path", [USAGE, REGISTER])
def test_report__no_key__401(path: str, reading: Service) -> None:
    assert reading.post(path, {}, headers={}).status_code == 401


def test_usage__names_that_there_are_not__leave_nothing_but_their_event(reading: Service) -> None:
    made_up = {"event": "made-up", "feature": "no-such", "variant": "on", "count": 3}
    counts = {"no-such": {"on": 1}, FEATURE: {"no-such": 1}}
    assert reading.post(USAGE, batch("n-1", counts=counts, outcomes=[made_up])).status_code == 202
    found = usage("production", now=time.time(), hours=2)
    assert "no-such" not in found
    assert "no-such" not in found.get(FEATURE, {})
    (one,) = (o for o in outcomes("production", now=time.time(), minutes=3) if o.event == "made-up")
    assert (one.feature, one.variant, one.count) == (None, None, 3)


async def test_tally__more_names_than_there_is_room_for__are_added_up_in_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("toggles.evaluator.tally.MOST_OUTCOMES", 4)
    monkeypatch.setattr("toggles.evaluator.tally.MOST_COUNTS", 2)
    tally, now = Tally(settings.REDIS_URL), time.time()
    told = [(f"- - event-{n} {what}", 2.5) for n in range(9) for what in ("value", "latency_ms")]
    counts = [(f"feature-{n} on", 1) for n in range(9)]
    for name in ("m-1", "m-2"):
        await tally.add("bounded", name, counts, told, now)
    await tally._valkey.aclose()
    found = {one.event: one.value for one in outcomes("bounded", now=now, minutes=1)}
    assert found == {"event-0": 5.0, "event-1": 5.0, "(more)": 35.0}
    assert usage("bounded", now=now, hours=1) == {"feature-0": {"on": 2}, "feature-1": {"on": 2}}
