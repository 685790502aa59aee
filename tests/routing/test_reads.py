"""Plans for routers, routers for environments, participants for pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.changes import perform
from routing.changes import SetRouteWanted
from routing.models import Mesh
from routing.plans import plan_service
from routing.reads import inject_router, participants_of, route_plans, router_for
from routing.routers import registry
from routing.routers.base import Match
from tests.routing.fake_router import FakeRouter
from tests.routing.shop import BY, FEATURE, PRODUCTION
from toggles.models import Toggle

pytestmark = pytest.mark.usefixtures("shop")


def test_plan_service__route_not_wanted__has_no_match() -> None:
    plan = plan_service(service="cart", environment=PRODUCTION)
    assert (plan.baseline, plan.host) == ("v1", "cart.shop.svc.cluster.local")
    assert [v.version for v in plan.versions] == ["v1", "v2"]
    assert plan.matches == ()


def test_plan_service__route_wanted__has_its_match() -> None:
    perform(
        BY,
        SetRouteWanted(
            feature=FEATURE, environment=PRODUCTION, service="cart", variant="on", wanted=True
        ),
    )
    plan = plan_service(service="cart", environment=PRODUCTION)
    assert plan.matches == (Match(FEATURE, "on", "v2"),)
    assert plan_service(service="web", environment=PRODUCTION).matches == ()


def test_route_plans__three_participants__provider_first() -> None:
    plans = route_plans(feature=FEATURE, environment=PRODUCTION, variant="on")
    assert [(p.service, p.version, p.baseline, p.wanted_before) for p in plans] == [
        ("payments", "v2", "v1", False),
        ("cart", "v2", "v1", False),
        ("web", "v2", "v1", False),
    ]


@pytest.mark.parametrize(("environment", "variant"), [(PRODUCTION, "off"), ("staging", "on")])
def test_route_plans__no_routes__empty(environment: str, variant: str) -> None:
    assert route_plans(feature=FEATURE, environment=environment, variant=variant) == []


def test_participants_of__placed_and_not_placed__show_what_there_is() -> None:
    here = participants_of(FEATURE, PRODUCTION)
    assert [(p.service, p.baseline, p.versions) for p in here] == [
        ("payments", "v1", ["v1", "v2"]),
        ("cart", "v1", ["v1", "v2"]),
        ("web", "v1", ["v1", "v2"]),
    ]
    assert [r.version.version for p in here for r in p.routes] == ["v2", "v2", "v2"]
    assert [(p.baseline, p.versions) for p in participants_of(FEATURE, "staging")] == [("", [])] * 3


def test_router_for__no_mesh__none() -> None:
    assert router_for(PRODUCTION) is None


def test_router_for__same_mesh__built_once_and_anew_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.ROUTERS, "fake", "tests.routing.fake_router:FakeRouter")
    where = Toggle.objects.get(environment__key=PRODUCTION).environment
    mesh = Mesh.objects.create(
        environment=where, router="fake", settings={"file": str(tmp_path / "a")}
    )
    first = router_for(PRODUCTION)
    assert isinstance(first, FakeRouter)
    assert router_for(PRODUCTION) is first
    mesh.settings = {"file": str(tmp_path / "b")}
    mesh.save(update_fields=["settings"])
    assert router_for(PRODUCTION) is not first


def test_router_for__injected__goes_before_the_mesh(tmp_path: Path) -> None:
    fake = FakeRouter({"file": str(tmp_path / "mesh")})
    inject_router(PRODUCTION, fake)
    assert router_for(PRODUCTION) is fake
    inject_router(PRODUCTION, None)
    assert router_for(PRODUCTION) is None
