"""Meshes of an older version after the migration."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from accounts.models import Environment
from routing.models import Mesh

migration = import_module("routing.migrations.0002_meshes_name_their_cluster")


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
