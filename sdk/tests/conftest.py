"""Fixtures for tests of the client."""

from collections.abc import Iterator
from typing import Any

import pytest
from stand_in import KEY, Connect, StandIn
from wire_documents import constraint, feature, rule, snapshot

from togglemesh import Client
from togglemesh.client import refusals
from togglemesh.client.backoff import Backoff


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine that runs the tests has."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def asking_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients that are refused ask again at once, not after a minute."""
    monkeypatch.setattr(refusals, "FIRST", 0.02)
    monkeypatch.setattr(refusals, "MOST", 0.04)


@pytest.fixture
def server() -> Iterator[StandIn]:
    """An evaluator of an environment with two features; `new-checkout` travels in baggage."""
    for_ann = rule(constraints=[constraint("userId", "IN", "ann")])
    limits = {"off": {"value": {"max": [1]}}, "on": {"value": {"max": [9]}}}
    stand_in = StandIn(
        snapshot(feature(carried=True, rules=[for_ann]), feature("limits", variants=limits))
    )
    yield stand_in
    stand_in.stop()


@pytest.fixture
def connect(server: StandIn) -> Iterator[Connect]:
    """Makes clients of the server, which are closed with the test."""
    made: list[Client] = []

    def build(**options: Any) -> Client:
        quick: dict[str, Any] = {"backoff": Backoff(first=0.01, most=0.05), "cache_delay": 0.01}
        made.append(Client(server.url, KEY, **(quick | options)))
        return made[-1]

    yield build
    for client in made:
        client.close()
