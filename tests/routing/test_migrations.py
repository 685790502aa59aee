"""What an older version has, after the migrations."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from accounts.models import Environment, Team
from routing.models import Mesh, Participant, Service
from routing.reads import agrees, check_consent, route_plans
from tests.routing.shop import FEATURE, PRODUCTION, SERVICES, open_shop

migration = import_module("routing.migrations.0002_meshes_name_their_cluster")
agreed_with = import_module("routing.migrations.0004_agreed_with")


@pytest.mark.parametrize(
    ("router", "before", "after"),
    [
        ("istio", {}, {"cluster": "in-cluster"}),
        ("istio", {"sidecars": []}, {"sidecars": [], "cluster": "in-cluster"}),
        ("istio", {"kubeconfig": "/k"}, {"kubeconfig": "/k"}),
        ("envoy", {"directory": "/d"}, {"directory": "/d"}),
    ],
)
def test_migration__mesh_of_an_older_version__names_the_pods_own_cluster_where_it_used_it(
    router: str,
    before: dict[str, object],
    after: dict[str, object],
    environments: dict[str, Environment],
) -> None:
    where = environments["staging"]
    mesh = Mesh.objects.create(environment=where, router=router, settings=before)
    migration.name_the_cluster(apps, None)
    mesh.refresh_from_db()
    assert mesh.settings == after


def test_migration__parts_and_routes_at_another_teams_services__count_as_agreed_in_their_order(
    db: None,
) -> None:
    open_shop()
    Service.objects.update(owner=Team.objects.create(key="risk", name="Risk"))
    Participant.objects.exclude(service__key="payments").delete()
    Participant.objects.update(agreed_with=None)
    before = _order()
    assert not agrees(Participant.objects.get())
    agreed_with.keep_what_there_is(apps, None)
    check_consent(FEATURE, SERVICES)
    assert _order() == before


def _order() -> list[str]:
    plans = route_plans(feature=FEATURE, environment=PRODUCTION, variant="on")
    return [plan.service for plan in plans]
