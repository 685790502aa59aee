"""A mesh that hangs: pages say that its answer is not known, and do not wait for it in line."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import Team
from governance.bulkheads import Bulkhead
from governance.refusals import Conflict
from routing.reads import readiness
from routing.reads.routes import RoutePlan
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


def test_endpoints__mesh_hangs__says_not_known_at_once(
    shop: Team, hanging: None, as_viewer: Client
) -> None:
    for _ in range(3):
        began = time.monotonic()
        shown = as_viewer.get(PAGE).content.decode()
        assert time.monotonic() - began < 1
        assert "not known" in shown
        assert "is-good" not in shown


def test_check_ready__mesh_hangs__refused_in_time_and_the_next_one_at_once(
    shop: Team, hanging: None
) -> None:
    routes = [RoutePlan(SERVICES[0], "v2", "v1", wanted_before=False)]
    for longest in (2.0, 0.2):
        began = time.monotonic()
        with pytest.raises(Conflict) as refused:
            readiness.check_ready("production", routes)
        assert time.monotonic() - began < longest
        assert "cannot be asked right now" in refused.value.errors["version"]
