"""Services, placements, routes and meshes: changed, and deleted when nothing needs them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Environment, Team
from governance.changes import perform
from governance.dependents import dependents_of
from governance.models import AuditEntry, SubjectRevision
from governance.reverting import Revert
from rollouts.models import Rollout
from routing.changes import SetRouteWanted
from routing.models import Placement, Route, Service, ServiceVersion
from tests.api.caller import Caller, everything
from tests.api.endpoints import CART, SPARE, WHY
from tests.routing.shop import BY, FEATURE, PRODUCTION

ROUTE = f"features/{FEATURE}/routes/{PRODUCTION}/cart/on"
PARTICIPANT = f"features/{FEATURE}/participants/cart"


@pytest.fixture
def wanted(shop: Team) -> None:
    """The mesh has the route of cart, and no rollout is under way."""
    here = {"feature": FEATURE, "environment": PRODUCTION, "service": "cart", "variant": "on"}
    perform(BY, SetRouteWanted(**here, wanted=True))


def refused(answer: tuple[int, Any], field: str, *words: str) -> None:
    assert (answer[0], list(answer[1]["errors"])) == (409, [field]), answer
    sentence = answer[1]["errors"][field]
    assert all(word in sentence for word in words), sentence


def test_delete__something_needs_it__refused_naming_what(shop: Team, as_owner: Caller) -> None:
    before = everything()
    refused(as_owner.delete("services/cart", WHY), "service", f"the feature {FEATURE}")
    refused(as_owner.delete(f"{CART}/versions/v1", WHY), "version", "everyone without a route")
    refused(as_owner.delete(f"{CART}/versions/v2", WHY), "version", f"the route of {FEATURE}=on")
    refused(as_owner.delete(f"{CART}/placement", WHY), "placement", f"the route of {FEATURE}=on")
    assert everything() == before


def test_delete__route_is_wanted__refused_naming_it(
    wanted: None, as_owner: Caller, as_admin: Caller
) -> None:
    before = everything()
    refused(as_owner.delete(ROUTE, WHY), "route", "the mesh of production")
    refused(as_owner.put(ROUTE, {**WHY, "version": "v1"}), "version", "the mesh of production")
    refused(as_owner.delete(PARTICIPANT, WHY), "service", f"the route of {FEATURE}=on at cart")
    assert everything() == before
    assert dependents_of("feature", FEATURE) == [
        "the route of new-checkout=on at cart in production"
    ]


def test_delete_route__everyone_has_its_version_by_now__goes_and_the_feature_is_free(
    wanted: None, as_owner: Caller
) -> None:
    everyone = {**WHY, "host": "cart.shop", "port": 80, "baseline": "v2"}
    assert as_owner.put(f"{CART}/placement", everyone)[0] == 200
    assert dependents_of("feature", FEATURE) == []
    assert as_owner.delete(ROUTE, WHY)[0] == 204


def test_delete__rollout_under_way__refused_naming_it(rollout: Rollout, as_owner: Caller) -> None:
    Route.objects.update(version=ServiceVersion.objects.get(service__key="cart", version="v1"))
    before, told = everything(), f"the rollout of {FEATURE} in production (preparing, {rollout.pk})"
    refused(as_owner.delete(ROUTE, WHY), "route", told)
    refused(as_owner.put(ROUTE, {**WHY, "version": "v2"}), "version", told)
    refused(as_owner.delete(PARTICIPANT, WHY), "service", told)
    refused(as_owner.delete(f"{CART}/versions/v2", WHY), "version", told)
    refused(as_owner.delete(f"{CART}/placement", WHY), "placement", told)
    assert everything() == before
    needed = {"feature": FEATURE, "environment": PRODUCTION, "mesh": PRODUCTION}
    for kind, key in (needed | {"segment": "beta-users"}).items():
        assert any(told in one for one in dependents_of(kind, key)), kind


def test_delete__step_by_step_from_the_route_up__all_goes_and_is_told(
    shop: Team, as_owner: Caller
) -> None:
    for path in (
        ROUTE,
        PARTICIPANT,
        f"{CART}/placement",
        f"{CART}/versions/v2",
        "services/cart",
    ):
        assert as_owner.delete(path, WHY) == (204, b""), path
    assert not Service.objects.filter(key="cart").exists()
    gone = [one for one in SubjectRevision.objects.order_by("pk") if one.after is None]
    assert [one.subject for one in gone] == [
        f"route:production/cart/{FEATURE}/on",
        f"participant:{FEATURE}/cart",
        "placement:production/cart",
        "version:production/cart/v2",
        "version:production/cart/v1",
        "service:cart",
    ]
    assert all(one.before for one in gone)


def test_delete_service__nothing_needs_it__its_versions_and_placements_go_with_it(
    shop: Team, as_owner: Caller
) -> None:
    assert as_owner.delete("services/spare", WHY)[0] == 204
    assert not ServiceVersion.objects.filter(service__key="spare").exists()
    assert AuditEntry.objects.filter(
        subject="placement:production/spare", action__endswith="deleted"
    )


@pytest.mark.parametrize(
    ("call", "body", "kind"),
    [
        ("PATCH services/cart", {"name": "The cart"}, "service:cart"),
        (f"PUT {CART}/versions/v1", {"endpoints": []}, "version:production/cart/v1"),
        (
            f"PUT {CART}/placement",
            {"host": "cart.new", "port": 81, "baseline": "v2"},
            "placement:production/cart",
        ),
        (f"PATCH {PARTICIPANT}", {"position": 9}, f"participant:{FEATURE}/cart"),
        (f"PUT {ROUTE}", {"version": "v1"}, f"route:production/cart/{FEATURE}/on"),
        (
            "PUT environments/development/mesh",
            {"router": "envoy", "settings": {"directory": "/tmp/routes/other"}},
            "mesh:development",
        ),
    ],
)
def test_change__stale_revision__refused_then_made_and_reverted(
    call: str, body: dict[str, Any], kind: str, shop: Team, as_admin: Caller
) -> None:
    last = SubjectRevision.objects.filter(subject=kind).latest("number")
    stale = {**WHY, **body, "expected_revision": last.number + 1}
    refused(as_admin.call(*call.split(), stale), "expected_revision", kind)
    asked = {**stale, "expected_revision": last.number}
    status, answer = as_admin.call(*call.split(), asked)
    assert (status, answer["revision"]) == (200, last.number + 1), answer
    made = SubjectRevision.objects.get(subject=kind, number=last.number + 1)
    assert made.before == last.after != made.after
    perform(BY, Revert(kind, last.number))
    assert SubjectRevision.objects.filter(subject=kind).latest("number").after == last.after


@pytest.mark.parametrize(
    ("path", "kind", "again"),
    [
        ("services/spare", "service:spare", "services/spare"),
        (f"{SPARE}/placement", "placement:production/spare", f"{SPARE}/placement"),
        (ROUTE, f"route:production/cart/{FEATURE}/on", f"features/{FEATURE}/routes"),
        (PARTICIPANT, f"participant:{FEATURE}/cart", f"features/{FEATURE}/participants"),
        ("environments/development/mesh", "mesh:development", "environments/development/mesh"),
    ],
)
def test_delete__reverted__is_there_again(
    path: str, kind: str, again: str, shop: Team, as_admin: Caller
) -> None:
    before = SubjectRevision.objects.filter(subject=kind).latest("number")
    assert as_admin.delete(path, WHY)[0] == 204
    perform(BY, Revert(kind, before.number))
    assert SubjectRevision.objects.filter(subject=kind).latest("number").after == before.after
    assert as_admin.get(again)[0] == 200


def test_get__not_there__404_names_the_field(shop: Team, as_viewer: Caller) -> None:
    status, answer = as_viewer.get("environments/staging/mesh")
    assert (status, list(answer["errors"])) == (404, ["mesh"])
    status, answer = as_viewer.get("services/cart/environments/staging/placement")
    assert (status, list(answer["errors"])) == (404, ["placement"])


def test_dependents__team_and_environment__name_what_routing_has_of_them(shop: Team) -> None:
    assert "the service cart" in dependents_of("team", "shop")
    assert "the placement of cart" in dependents_of("environment", PRODUCTION)
    assert dependents_of("environment", "development") == ["the mesh of development"]


def test_list_services__three_hundred_of_them__as_many_queries_as_for_three(
    environments: dict[str, Environment], team: Team, as_viewer: Caller
) -> None:
    where = environments[PRODUCTION]
    few = _queries(as_viewer, _services(team, where, 3))
    many = _queries(as_viewer, _services(team, where, 300))
    assert few == many


def _services(team: Team, where: Environment, count: int) -> int:
    known = Service.objects.count()
    made = Service.objects.bulk_create(
        Service(key=f"s{number}", name="S", owner=team) for number in range(known, count)
    )
    versions = ServiceVersion.objects.bulk_create(
        ServiceVersion(service=one, environment=where, version=name)
        for one in made
        for name in ("v1", "v2")
    )
    Placement.objects.bulk_create(
        Placement(service=one.service, environment=where, host="s", port=80, baseline=one)
        for one in versions[::2]
    )
    return count


def _queries(caller: Caller, count: int) -> int:
    with CaptureQueriesContext(connection) as queries:
        status, page = caller.get("services?limit=500")
    assert (status, len(page["items"])) == (200, count)
    assert all(len(one["versions"]) == 2 and one["placements"] for one in page["items"])
    return len(queries)
