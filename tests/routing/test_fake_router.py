"""The fake mesh keeps the promises of the real ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from routing.routers.base import ServicePlan, VersionPlan
from tests.routers.contract import RouterContract
from tests.routing.fake_router import FakeRouter
from togglemesh.baggage import route_patterns
from togglemesh.baggage_pattern import RoutePatterns


class FakeMesh:
    """Sends requests as docs/wire.md says that a mesh does."""

    def __init__(self, file: Path) -> None:
        self.router = FakeRouter({"file": str(file)})
        self.router.change(not_ready=["cart v3"])
        versions = [VersionPlan(name, {"version": name}) for name in ("v1", "v2", "v3")]
        self.plan = ServicePlan(
            "production", "cart", "shop", "cart.shop", 80, "v1", versions, matches=()
        )

    def send(self, baggage: str | None, *, fail: bool = False) -> tuple[int, str]:
        written = self.router.state()["services"].get("production/cart")
        if written is None:
            return (503, "")
        version = self._version(written, baggage or "")
        self.router.add_traffic("cart", version, 1, int(fail))
        return (500 if fail else 200, version)

    def _version(self, written: dict[str, object], baggage: str) -> str:
        matches = written["matches"]
        assert isinstance(matches, list)
        for match in matches:
            if _takes(route_patterns(match["feature"], match["variant"]), baggage):
                return str(match["version"])
        return str(written["baseline"])


def _takes(patterns: RoutePatterns, baggage: str) -> bool:
    carries = re.fullmatch(patterns.carries, baggage)
    return carries is not None and not re.fullmatch(patterns.doubled, baggage)


class TestFakeRouter(RouterContract):
    @pytest.fixture
    def mesh(self, tmp_path: Path) -> FakeMesh:
        return FakeMesh(tmp_path / "mesh.json")
