"""Settings that cannot be used are refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from governance.refusals import Invalid
from routing.routers.base import RouterRefused
from routing.routers.istio.router import IstioRouter
from tests.routers.istio.plans import cart


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"kubeconfig": "/nowhere/kubeconfig"}, "settings.kubeconfig"),
        ({"kubeconfig": 7}, "settings.kubeconfig"),
        ({"kubeconfig": ""}, "settings.kubeconfig"),
        ({}, "settings.kubeconfig"),
        ({"kubeconfg": "x"}, "settings.kubeconfg"),
        ({"sidecars": "http://127.0.0.1:15000"}, "settings.sidecars"),
        ({"sidecars": ["127.0.0.1:15000"]}, "settings.sidecars"),
        ({"sidecars": ["http://host:port"]}, "settings.sidecars"),
    ],
)
def test_istio_router__unusable_setting__refused_by_name(
    settings: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        IstioRouter(settings)
    assert list(refused.value.errors) == [field]


def test_istio_router__pod_without_a_token__is_built_and_refuses_at_first_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "1")
    router = IstioRouter({})
    with pytest.raises(RouterRefused, match="no account of a pod"):
        router.verify(cart())


@pytest.mark.parametrize("text", ["", "hello", "{}", "- 1", "{clusters: 3}"])
def test_istio_router__file_is_no_kubeconfig__refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(text)
    with pytest.raises(Invalid, match=r"settings\.kubeconfig"):
        IstioRouter({"kubeconfig": str(file)})
