"""Our SDK against a running evaluator: streaming, polling, and what it tells."""

import time
from collections.abc import Iterator

import httpx
import pytest

from governance.changes import perform
from tests.conditions import eventually
from tests.evaluator.service import BY, FEATURE, Service, expose
from togglemesh import Client
from togglemesh.client import stream
from togglemesh.client.backoff import Backoff
from toggles.changes import ArchiveFeature, RestoreFeature
from toggles.usage import instances, outcomes, usage


@pytest.fixture
def client(changing: Service) -> Iterator[Client]:
    with Client(
        f"http://127.0.0.1:{changing.port}",
        changing.key,
        service="cart",
        version="v2",
        features=[FEATURE],
        usage_interval=0.1,
        poll_interval=0.1,
        backoff=Backoff(first=0.05, most=0.2),
    ) as made:
        yield made


def test_client__no_stream__follows_by_polling_and_goes_back(
    changing: Service, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    eventually(lambda: client.via == "stream")
    monkeypatch.setattr(stream, "PATH", "/stream/v1/nothing-here")
    with Client(
        f"http://127.0.0.1:{changing.port}", changing.key, poll_interval=0.1
    ) as without_stream:
        eventually(lambda: without_stream.via == "polling")
        expose()
        eventually(lambda: without_stream.bool(FEATURE, {"userId": "ann"}))
        eventually(lambda: client.bool(FEATURE, {"userId": "ann"}))
        assert without_stream.last_number == client.last_number
        monkeypatch.undo()
        eventually(lambda: without_stream.via == "stream")


def test_client__feature_archived_and_restored__gives_the_default_then_decides_again(
    changing: Service, client: Client
) -> None:
    expose()
    eventually(lambda: client.bool(FEATURE, {"userId": "ann"}))
    perform(BY, ArchiveFeature(FEATURE))
    eventually(lambda: not client.bool(FEATURE, {"userId": "ann"}))
    address = f"http://127.0.0.1:{changing.port}/ofrep/v1/evaluate/flags/{FEATURE}"
    headers = {"Authorization": f"Bearer {changing.key}"}
    assert httpx.post(address, json={"context": {}}, headers=headers).status_code == 404
    perform(BY, RestoreFeature(FEATURE))
    eventually(lambda: client.bool(FEATURE, {"userId": "ann"}))


def test_client__decides_and_tracks__server_has_it(changing: Service, client: Client) -> None:
    expose()
    eventually(lambda: client.bool(FEATURE, {"userId": "ann"}))
    for _ in range(4):
        client.bool(FEATURE, {"userId": "ann"})
    client.track("paid", {"userId": "ann"}, feature=FEATURE, success=True, latency=0.02)
    # At least: it was asked until it was on.
    eventually(lambda: usage("production", now=time.time()).get(FEATURE, {}).get("on", 0) >= 5)
    paid = eventually(lambda: outcomes("production", now=time.time()))[0]
    assert (paid.feature, paid.variant, paid.event, paid.success) == (FEATURE, "on", "paid", 1)
    assert paid.latency_ms == pytest.approx(20)
    (found,) = instances("production", now=time.time())
    assert (found["service"], found["version"], found["features"]) == ("cart", "v2", [FEATURE])
