"""A shop with a mesh that is a file, and a rollout in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from governance.changes import perform
from rollouts import changes
from rollouts.models import Rollout
from routing.reads import inject_router
from tests.routing.fake_router import FakeRouter
from tests.routing.shop import BY, FEATURE, PRODUCTION, open_shop

STEPS = [
    {"segment": "beta-users", "bake_seconds": 2},
    {"percentage": 10, "bake_seconds": 2},
    {"percentage": 100, "bake_seconds": 2},
]
Start = Callable[..., Rollout]


@pytest.fixture
def router(tmp_path: Path) -> Iterator[FakeRouter]:
    """The mesh of production."""
    fake = FakeRouter({"file": str(tmp_path / "mesh.json")})
    inject_router(PRODUCTION, fake)
    yield fake
    inject_router(PRODUCTION, None)


@pytest.fixture
def shop(db: None, router: FakeRouter) -> None:
    open_shop()


@pytest.fixture
def start(shop: None) -> Start:
    def start_rollout(**other: Any) -> Rollout:
        asked: dict[str, Any] = {
            "feature": FEATURE,
            "environment": PRODUCTION,
            "variant": "on",
            "steps": STEPS,
        }
        return perform(BY, changes.StartRollout(**(asked | other)))

    return start_rollout
