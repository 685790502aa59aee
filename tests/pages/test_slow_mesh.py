"""A mesh that hangs: pages say that its answer is not known, and do not wait for it in line."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import Team
from governance.bulkheads import Bulkhead
from routing.reads import readiness
from tests.routing.fake_router import FakeRouter
from tests.routing.shop import SERVICES

PAGE = f"/services/{SERVICES[0]}/production/endpoints"


@pytest.fixture
def hanging(mesh: FakeRouter, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The mesh answers nobody until the test is over."""
    go_on = threading.Event()
    monkeypatch.setattr(readiness, "_meshes", Bulkhead(each=1, most=1, seconds=0.2))
    monkeypatch.setattr(mesh, "ready_endpoints", lambda _plan: go_on.wait(10))
    yield
    go_on.set()


def test_endpoints__mesh_hangs__says_not_known_and_the_next_one_at_once(
    shop: Team, hanging: None, as_viewer: Client
) -> None:
    first = as_viewer.get(PAGE).content.decode()
    assert "mesh does not answer (not known right now: no answer within 0.2 s)" in first
    began = time.monotonic()
    second = as_viewer.get(PAGE).content.decode()
    assert "not known right now: it is slow, and others are waiting for it already" in second
    assert time.monotonic() - began < 0.2
