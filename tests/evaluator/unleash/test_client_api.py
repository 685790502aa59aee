"""Unleash's client API, as its SDKs see it."""

from __future__ import annotations

import json

import httpx
import pytest

from governance.changes import perform
from tests.conditions import eventually
from tests.evaluator.service import BY, FEATURE, Service, expose
from toggles import changes as toggles

SPEC = "5.2.0"


def get(service: Service, path: str, spec: str = SPEC, **headers: str) -> httpx.Response:
    sent = {"Authorization": service.key, "Unleash-Client-Spec": spec, **headers}
    return service.get(
        f"/api/client/{path}", {name: value for name, value in sent.items() if value}
    )


def expose_to_beta() -> None:
    plan = {"field": "plan", "operator": "IN", "values": ["pro"]}
    perform(BY, toggles.SetSegment(key="beta", name="Beta", constraints=[plan]))
    expose(segments=["beta"])


def test_features__new_sdk__segments_apart(changing: Service) -> None:
    expose_to_beta()
    eventually(lambda: changing.number() == 3)
    answer = get(changing, "features")
    content = answer.json()
    assert (content["version"], content["meta"]["revisionId"]) == (2, 3)
    (feature,) = content["features"]
    assert (feature["name"], feature["enabled"]) == (FEATURE, True)
    assert feature["strategies"][0]["segments"] == [content["segments"][0]["id"]]
    assert answer.headers["etag"] == content["meta"]["etag"]


@pytest.mark.parametrize("spec", ["4.1.9", ""])
def test_features__old_sdk__segments_inline(spec: str, changing: Service) -> None:
    expose_to_beta()
    eventually(lambda: changing.number() == 3)
    content = get(changing, "features", spec).json()
    assert "segments" not in content
    (strategy,) = content["features"][0]["strategies"]
    assert strategy["constraints"][0]["values"] == ["pro"]
    assert "segments" not in strategy


def test_features__etag_sent__304_until_something_changes(changing: Service) -> None:
    etag = get(changing, "features").headers["etag"]
    again = get(changing, "features", **{"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    expose()
    eventually(lambda: changing.number() == 2)
    assert get(changing, "features", **{"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [("namePrefix=new", 1), ("namePrefix=x", 0), ("project=default", 1), ("project=no", 0),
     ("tag=simple:a", 0)],
)  # fmt: skip
def test_features__filter__only_those(query: str, found: int, reading: Service) -> None:
    content = get(reading, f"features?{query}").json()
    assert len(content["features"]) == found
    assert content["query"]["environment"] == "production"


def test_feature__by_name__or_404(reading: Service) -> None:
    assert get(reading, f"features/{FEATURE}").json()["name"] == FEATURE
    answer = get(reading, "features/none")
    assert (answer.status_code, list(answer.json())) == (404, ["message"])


def test_request__spec_is_no_version__400(reading: Service) -> None:
    assert get(reading, "features", "five").status_code == 400
    assert get(reading, "delta", "5.1.0").status_code == 400


def test_request__no_key__401_message(reading: Service) -> None:
    answer = reading.get("/api/client/features")
    assert (answer.status_code, list(answer.json())) == (401, ["message"])


def test_delta__first_then_change_then_nothing__hydration_update_304(changing: Service) -> None:
    first = get(changing, "delta")
    (hydration,) = first.json()["events"]
    assert (hydration["type"], hydration["eventId"]) == ("hydration", 1)
    expose()
    eventually(lambda: changing.number() == 2)
    second = get(changing, "delta", **{"If-None-Match": first.headers["etag"]})
    (update,) = second.json()["events"]
    assert (update["type"], update["eventId"]) == ("feature-updated", 2)
    assert update["feature"]["enabled"] is True
    third = get(changing, "delta", **{"If-None-Match": second.headers["etag"]})
    assert third.status_code == 304
    unknown = get(changing, "delta", **{"If-None-Match": '"99"'})
    assert [event["type"] for event in unknown.json()["events"]] == ["hydration"]


def test_delta__segment_and_feature__segment_first(changing: Service) -> None:
    etag = get(changing, "delta").headers["etag"]
    expose_to_beta()
    eventually(lambda: changing.number() == 3)
    found = get(changing, "delta", **{"If-None-Match": etag}).json()["events"]
    assert [event["type"] for event in found] == ["segment-updated", "feature-updated"]


def test_streaming__change__connected_then_updated(changing: Service) -> None:
    url = f"http://127.0.0.1:{changing.port}/api/client/streaming"
    headers = {"Authorization": changing.key, "Unleash-Client-Spec": SPEC}
    with httpx.stream("GET", url, headers=headers, timeout=15) as answer:
        lines = answer.iter_lines()
        connected = [next(lines) for _ in range(4)]
        assert connected[:2] == ["event: unleash-connected", "id: 1"]
        expose()
        updated = [next(lines) for _ in range(3)]
        assert updated[:2] == ["event: unleash-updated", "id: 2"]
        (event,) = json.loads(updated[2].removeprefix("data: "))["events"]
        assert event["feature"]["name"] == FEATURE
    resumed = {**headers, "Last-Event-ID": "1"}
    with httpx.stream("GET", url, headers=resumed, timeout=15) as answer:
        lines = answer.iter_lines()
        data = [next(lines) for _ in range(3)][2]
        assert [e["type"] for e in json.loads(data[6:])["events"]] == ["feature-updated"]
