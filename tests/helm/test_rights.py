"""The worker's account may write routes where it is told to, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from testbed.api import Api, ApiRefused
from testbed.cluster import Cluster
from tests.helm.conftest import Render

pytestmark = pytest.mark.testbed
ISTIO = "networking.istio.io/v1"


@pytest.fixture
def worker(cluster: Cluster, render: Render) -> tuple[Api, str, str]:
    """The API with the worker's own token; a namespace of its mesh; the release's namespace."""
    release, shop = cluster.new_namespace("release"), cluster.new_namespace("shop")
    for document in render(release, **{"mesh__namespaces[0]": shop}):
        if document["kind"] in ("ServiceAccount", "Role", "RoleBinding"):
            cluster.api.apply(document)
    return cluster.api.as_user(cluster.account_token(release, "tm-worker")), shop, release


def test_worker_account__in_a_namespace_of_the_mesh__writes_routes(
    worker: tuple[Api, str, str],
) -> None:
    api, shop, _ = worker
    for kind, spec in (
        ("DestinationRule", {"host": "cart.shop.test"}),
        ("VirtualService", {"hosts": ["cart.shop.test"]}),
    ):
        metadata = {"name": "cart", "namespace": shop}
        route = {"apiVersion": ISTIO, "kind": kind, "metadata": metadata, "spec": spec}
        api.call("PATCH", _path(route), route, "application/apply-patch+yaml", fieldManager="t")
        api.call("DELETE", _path(route))
    api.get(f"/apis/discovery.k8s.io/v1/namespaces/{shop}/endpointslices")
    api.get(f"/api/v1/namespaces/{shop}/pods")


@pytest.mark.parametrize("place", ["shop", "release"])
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/namespaces/{}/secrets",
        "/api/v1/namespaces/{}/configmaps",
        "/apis/apps/v1/namespaces/{}/deployments",
        "/apis/networking.istio.io/v1/namespaces/{}/gateways",
    ],
)
def test_worker_account__anything_else__refused(
    worker: tuple[Api, str, str], path: str, place: str
) -> None:
    api, shop, release = worker
    with pytest.raises(ApiRefused, match=r"^403"):
        api.get(path.format({"shop": shop, "release": release}[place]))


def test_worker_account__outside_its_namespaces__may_not_write_routes(
    worker: tuple[Api, str, str],
) -> None:
    api, _, release = worker
    with pytest.raises(ApiRefused, match=r"^403"):
        api.get(f"/apis/{ISTIO}/namespaces/{release}/virtualservices")


def _path(route: dict[str, Any]) -> str:
    metadata = route["metadata"]
    plural = f"{route['kind'].lower()}s"
    return f"/apis/{ISTIO}/namespaces/{metadata['namespace']}/{plural}/{metadata['name']}"
