"""The shop with its mesh, and people whose browser asks for pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Environment, Team, User
from governance.changes import perform
from rollouts import changes as rollouts
from rollouts.models import Rollout
from routing.reads import inject_router
from tests.routing.fake_router import FakeRouter
from tests.routing.shop import BY, FEATURE, PRODUCTION, open_shop

STEPS = [{"segment": "beta-users", "bake_seconds": 5}, {"percentage": 10, "bake_seconds": 5}]


@pytest.fixture
def mesh(tmp_path: Path) -> Iterator[FakeRouter]:
    """The mesh of production."""
    router = FakeRouter({"file": str(tmp_path / "mesh.json")})
    inject_router(PRODUCTION, router)
    yield router
    inject_router(PRODUCTION, None)


@pytest.fixture
def shop(environments: dict[str, Environment], team: Team, mesh: FakeRouter) -> Team:
    """The feature `new-checkout` over three services, with routes in production."""
    open_shop()
    return team


@pytest.fixture
def rollout(shop: Team) -> Rollout:
    """A rollout in production that has just begun."""
    return perform(
        BY,
        rollouts.StartRollout(feature=FEATURE, environment=PRODUCTION, variant="on", steps=STEPS),
    )


@pytest.fixture
def as_editor(editor: User) -> Client:
    return browser_of(editor)


@pytest.fixture
def as_viewer(viewer: User) -> Client:
    return browser_of(viewer)


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
