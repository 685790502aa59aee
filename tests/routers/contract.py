"""The contract suite for routers: what `routing/routers/base.py` promises, on the real mesh.

How to use it for another kind of mesh, in `tests/routers/<kind>/test_contract.py`:

    class TestIstioRouter(RouterContract):
        @pytest.fixture
        def mesh(self) -> MeshUnderTest: ...   # a fresh mesh for each test

`mesh` gives a router, a plan of a service with the versions v1 (baseline), v2 (both with one
ready instance) and v3 (without any), and a way to send one request through the mesh. The instance
answers 500 to a request with the header `x-fail: 1`, and names its version.
"""

from __future__ import annotations

import dataclasses
from typing import Protocol

import pytest

from routing.routers.base import Match, Router, ServicePlan, Standing, Traffic
from tests.conditions import eventually

FEATURE = "new-checkout"
TO_V2 = Match(FEATURE, "on", "v2")
LONGEST = Match("z" + "." * 49, "y" + "." * 49, "v2")  # a dot takes two characters in a pattern
CARRYING = [
    "feature.new-checkout=on",
    "tenant=acme,feature.new-checkout=on",
    "feature.new-checkout=on,tenant=acme",
    "tenant=acme, feature.new-checkout=on ,user=7",
    "feature.new-checkout=on;source=edge",
    "tenant=acme;x=y,\tfeature.new-checkout = on;p;q=1,z=1",
    "feature.new-checkout=on,feature.new-checkout-2=off,feature.new-checkout",
    "feature.new-checkout=on;feature.new-checkout=off,a=feature.new-checkout=off",
]
NOT_CARRYING = [
    None,
    "",
    "tenant=acme",
    "feature.new-checkout=off",
    "feature.new-checkout=only",
    "feature.new-checkout-2=on",
    "myfeature.new-checkout=on",
    "featureXnew-checkout=on",
    "tenant=feature.new-checkout=on",
    "feature.new-checkout=on, feature.new-checkout=off",
    "feature.new-checkout=off,feature.new-checkout=on",
    "feature.new-checkout=on,feature.new-checkout=on",
    "feature.new-checkout=on,tenant=acme,\tfeature.new-checkout = ",
    "\u00a0feature.new-checkout=on",
    "tenant=caf\u00e9,feature.new-checkout=on",
]


class MeshUnderTest(Protocol):
    router: Router
    plan: ServicePlan

    def send(self, baggage: str | None, *, fail: bool = False) -> tuple[int, str]:
        """Status and version of one request's answer; the version is empty without one."""


class RouterContract:
    """Subclass it as `Test<Kind>Router` and give it the fixture `mesh`."""

    def test_set_routes__no_match__everyone_meets_the_baseline(self, mesh: MeshUnderTest) -> None:
        put(mesh, mesh.plan)
        assert mesh.send("feature.new-checkout=on") == (200, "v1")

    @pytest.mark.parametrize("carries", [True, False])
    def test_set_routes__match__moves_only_who_carries_it(
        self, mesh: MeshUnderTest, carries: bool
    ) -> None:
        put(mesh, matching(mesh.plan, TO_V2))
        met = {baggage: mesh.send(baggage) for baggage in (CARRYING if carries else NOT_CARRYING)}
        assert met == dict.fromkeys(met, (200, "v2" if carries else "v1"))

    def test_set_routes__two_matches__each_variant_meets_its_version(
        self, mesh: MeshUnderTest
    ) -> None:
        put(mesh, matching(mesh.plan, TO_V2, Match(FEATURE, "off", "v1")))
        assert mesh.send("feature.new-checkout=off") == (200, "v1")
        assert mesh.send("feature.new-checkout=on") == (200, "v2")

    def test_set_routes__a_route_for_each_variant__decided_twice_meets_the_baseline(
        self, mesh: MeshUnderTest
    ) -> None:
        put(mesh, matching(mesh.plan, TO_V2, Match(FEATURE, "off", "v2")))
        assert mesh.send("feature.new-checkout=off") == (200, "v2")
        assert mesh.send("feature.new-checkout=off,feature.new-checkout=on") == (200, "v1")

    def test_set_routes__longest_names__are_matched_and_read_apart(
        self, mesh: MeshUnderTest
    ) -> None:
        put(mesh, matching(mesh.plan, LONGEST))
        decision = f"feature.{LONGEST.feature}={LONGEST.variant}"
        assert mesh.send(f"a=1,{decision},b=2") == (200, "v2")
        assert mesh.send(decision[:-1]) == (200, "v1")
        assert mesh.send(f"{decision},{decision}") == (200, "v1")

    def test_set_routes__match_taken_back__everyone_meets_the_baseline(
        self, mesh: MeshUnderTest
    ) -> None:
        put(mesh, matching(mesh.plan, TO_V2))
        put(mesh, mesh.plan)
        assert mesh.send("feature.new-checkout=on") == (200, "v1")

    def test_set_routes__twice__is_as_once(self, mesh: MeshUnderTest) -> None:
        plan = matching(mesh.plan, TO_V2)
        put(mesh, plan)
        put(mesh, plan)
        assert mesh.send("feature.new-checkout=on") == (200, "v2")

    def test_verify__another_plan_than_written__is_not_in_place(self, mesh: MeshUnderTest) -> None:
        put(mesh, mesh.plan)
        verdict = mesh.router.verify(matching(mesh.plan, TO_V2))
        assert verdict.standing is Standing.NOT_YET
        assert verdict.detail

    def test_ready_endpoints__versions_of_the_plan__are_counted(self, mesh: MeshUnderTest) -> None:
        wanted = {"v1": 1, "v2": 1, "v3": 0}
        eventually(lambda: dict(mesh.router.ready_endpoints(mesh.plan)) == wanted)
        put(mesh, mesh.plan)
        eventually(lambda: dict(mesh.router.ready_endpoints(mesh.plan)) == wanted)

    def test_read_traffic__requests_and_errors__are_counted_by_version(
        self, mesh: MeshUnderTest
    ) -> None:
        put(mesh, matching(mesh.plan, TO_V2))
        before = counts(mesh)
        for _ in range(3):
            mesh.send(None)
        mesh.send("feature.new-checkout=on")
        assert mesh.send("feature.new-checkout=on", fail=True)[0] == 500
        wanted = {"v1": (3, 0), "v2": (2, 1)}
        eventually(lambda: since(before, counts(mesh)) == wanted)

    def test_remove__matches_in_place__gives_the_baseline_back(self, mesh: MeshUnderTest) -> None:
        plan = matching(mesh.plan, TO_V2)
        put(mesh, plan)
        mesh.router.remove(plan)
        mesh.router.remove(plan)
        put(mesh, mesh.plan)
        assert mesh.send("feature.new-checkout=on") == (200, "v1")


def matching(plan: ServicePlan, *matches: Match) -> ServicePlan:
    return dataclasses.replace(plan, matches=matches)


def put(mesh: MeshUnderTest, plan: ServicePlan) -> None:
    """Set the routes and wait until the mesh acts on them."""
    mesh.router.set_routes(plan)
    eventually(lambda: mesh.router.verify(plan).standing is Standing.IN_PLACE)


def counts(mesh: MeshUnderTest) -> dict[str, Traffic]:
    return dict(mesh.router.read_traffic(mesh.plan))


def since(before: dict[str, Traffic], now: dict[str, Traffic]) -> dict[str, tuple[int, int]]:
    none = Traffic(0, 0)
    grown = {
        version: (
            now[version].requests - before.get(version, none).requests,
            now[version].errors - before.get(version, none).errors,
        )
        for version in now
    }
    return {version: grew for version, grew in grown.items() if grew != (0, 0)}
