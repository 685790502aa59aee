"""Settings that cannot be used are refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from governance.refusals import Invalid
from routing.allowed import Allowed, NamedCluster
from routing.routers.base import RouterRefused
from routing.routers.istio.router import IstioRouter
from tests.routers.istio.plans import cart


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"kubeconfig": "/nowhere/kubeconfig"}, "settings.kubeconfig"),
        ({"context": "x"}, "settings.context"),
        ({}, "settings.cluster"),
        ({"cluster": 7}, "settings.cluster"),
        ({"cluster": "nobody-listed-it"}, "settings.cluster"),
        ({"cluster": "in-cluster"}, "settings.cluster"),
        ({"cluster": "listed", "server": "https://k8s.example"}, "settings.server"),
        ({"server": "http://k8s.example", "token": "t"}, "settings.server"),
        ({"server": "https://u:p@k8s.example", "token": "t"}, "settings.server"),
        ({"server": "https://10.0.0.1", "token": "t"}, "settings.server"),
        ({"server": "https://k8s.example", "token": "a b"}, "settings.token"),
        ({"server": "https://k8s.example"}, "settings.token"),
        ({"server": "https://k8s.example", "token": "t", "ca": "/etc/passwd"}, "settings.ca"),
        ({"server": "https://k8s.example", "token": "t", "proxy": "x"}, "settings.proxy"),
        ({"kubeconfg": "x"}, "settings.kubeconfg"),
        ({"cluster": "listed", "sidecars": "http://127.0.0.1:15000"}, "settings.sidecars"),
        ({"cluster": "listed", "sidecars": ["127.0.0.1:15000"]}, "settings.sidecars"),
        ({"cluster": "listed", "sidecars": ["http://host:port"]}, "settings.sidecars"),
    ],
)
def test_istio_router__unusable_setting__refused_by_name(
    settings: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        IstioRouter(settings, Allowed(clusters={"listed": NamedCluster(kubeconfig="/k")}))
    assert list(refused.value.errors) == [field]


def test_istio_router__pod_without_a_token__is_built_and_refuses_at_first_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "1")
    router = IstioRouter({"cluster": "in-cluster"})
    with pytest.raises(RouterRefused, match="the log says why"):
        router.verify(cart())


@pytest.mark.parametrize("text", ["", "hello", "{}", "- 1", "{clusters: 3}"])
def test_istio_router__listed_file_is_no_kubeconfig__refuses_without_its_path(
    text: str, tmp_path: Path
) -> None:
    file = tmp_path / "config"
    file.write_text(text)
    listed = Allowed(clusters={"listed": NamedCluster(kubeconfig=str(file))})
    with pytest.raises(RouterRefused, match="the log says why") as refused:
        IstioRouter({"cluster": "listed"}, listed).verify(cart())
    assert str(tmp_path) not in str(refused.value)
