"""The shop with its mesh, and people who call the management API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.models import Environment, Team, User
from governance.changes import perform
from rollouts import changes as rollouts
from rollouts.models import Rollout
from routing.changes import SetMesh
from routing.reads import inject_router
from tests.api.caller import Caller
from tests.api.cast import Cast, make_cast
from tests.routing.fake_router import FakeRouter
from tests.routing.shop import BY, FEATURE, PRODUCTION, open_shop, place_service

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
    """The feature `new-checkout` over three services, with routes in production; beside it a
    service and a mesh that nothing needs.
    """
    open_shop()
    place_service("spare")
    settings = {"directory": "/tmp/routes"}  # the operator of the tests lists it
    perform(BY, SetMesh(environment="development", router="envoy", settings=settings))
    return team


@pytest.fixture
def rollout(shop: Team) -> Rollout:
    """A rollout in production that has just begun."""
    return perform(
        BY,
        rollouts.StartRollout(feature=FEATURE, environment=PRODUCTION, variant="on", steps=STEPS),
    )


@pytest.fixture
def as_admin(administrator: User) -> Caller:
    return Caller(administrator)


@pytest.fixture
def as_owner(owner: User) -> Caller:
    return Caller(owner)


@pytest.fixture
def as_editor(editor: User) -> Caller:
    return Caller(editor)


@pytest.fixture
def as_viewer(viewer: User) -> Caller:
    return Caller(viewer)


@pytest.fixture
def people(
    administrator: User, owner: User, editor: User, viewer: User, outsider: User
) -> dict[str, User]:
    named = {"owner": owner, "editor": editor, "viewer": viewer, "outsider": outsider}
    return {"admin": administrator, **named}


@pytest.fixture
def cast(shop: object, people: dict[str, User]) -> Cast:
    """Everybody that an endpoint may meet, by name."""
    return make_cast(people)
