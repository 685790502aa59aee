"""A cluster by address, CA and token, on a real API server: the way that the API offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from governance.network import Networks
from routing.allowed import NamedCluster, allowed_here
from routing.routers.base import RouterRefused, RouterUnavailable, Standing
from routing.routers.istio.router import IstioRouter
from testbed.cluster import Cluster
from tests.routers.istio.plans import cart

pytestmark = pytest.mark.testbed
Given = Callable[..., dict[str, Any]]


@pytest.fixture
def given(cluster: Cluster, namespace: str) -> Given:
    """Settings that lead to the cluster, with some of them otherwise."""
    found = {
        "server": cluster.api.server,
        "ca": cluster.api.authority.read_text(),
        "token": cluster.tokens["togglemesh"],
    }
    return lambda **other: {**found, **other}


def test_given_cluster__address_ca_and_token__routes_are_written(
    given: Given, namespace: str
) -> None:
    router = IstioRouter(given())
    router.set_routes(cart(namespace))
    assert router.verify(cart(namespace)).standing is Standing.UNKNOWN


def test_given_cluster__proxy_in_the_environment__is_not_used(
    given: Given, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    IstioRouter(given()).set_routes(cart(namespace))


def test_given_cluster__other_token__refused_without_telling_it(
    given: Given, namespace: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(RouterRefused) as refused:
        IstioRouter(given(token="not-the-token")).set_routes(cart(namespace))
    assert "not-the-token" not in str(refused.value) + caplog.text


def test_given_cluster__ca_of_nobody__nothing_is_sent(given: Given, namespace: str) -> None:
    settings = {name: value for name, value in given().items() if name != "ca"}
    with pytest.raises(RouterUnavailable, match="certificate"):
        IstioRouter(settings).set_routes(cart(namespace))


def test_given_cluster__name_that_leads_to_loopback__is_not_called(
    given: Given, namespace: str
) -> None:
    server = given()["server"].replace("127.0.0.1", "localhost")
    assert "localhost" in server
    strict = replace(allowed_here(), networks=Networks())
    with pytest.raises(RouterUnavailable, match="leads to no address"):
        IstioRouter(given(server=server), strict).set_routes(cart(namespace))


def test_listed_cluster__address_and_token_file__routes_are_written(
    given: Given, cluster: Cluster, namespace: str
) -> None:
    token = cluster.folder / "given-token"
    token.write_text(given()["token"])
    entry = NamedCluster(
        server=given()["server"], ca=str(cluster.api.authority), token_file=str(token)
    )
    router = IstioRouter({"cluster": "far"}, replace(allowed_here(), clusters={"far": entry}))
    router.set_routes(cart(namespace))
