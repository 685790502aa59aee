"""What the operator lists for meshes: read from the environment, refused by variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from controlplane.configuration import BadConfiguration, read_configuration
from controlplane.stack.site import PLACEHOLDERS
from routing.allowed import NamedCluster


def test_clusters__file_is_listed__are_read_by_name(tmp_path: Path) -> None:
    file = tmp_path / "clusters.yaml"
    file.write_text("prod-eu: {kubeconfig: /k, context: x}\nhere: {in_cluster: true}\n")
    found = read_configuration({**PLACEHOLDERS, "TOGGLEMESH_CLUSTERS": str(file)}).clusters
    assert found == {
        "prod-eu": NamedCluster(kubeconfig="/k", context="x"),
        "here": NamedCluster(in_cluster=True),
    }


@pytest.mark.parametrize(
    "text",
    [
        *("- a", "a: 1", "a: {}", "a: {kubeconfig: /k, in_cluster: true}", "a: {exec: /bin/sh}"),
        *("a: {server: 'http://h', token_file: /t}", "a: {server: 'https://h'}", "{"),
    ],
)
def test_clusters__file_cannot_be_used__stops_with_the_variable(text: str, tmp_path: Path) -> None:
    file = tmp_path / "clusters.yaml"
    file.write_text(text)
    with pytest.raises(BadConfiguration, match=r"^TOGGLEMESH_CLUSTERS"):
        read_configuration({**PLACEHOLDERS, "TOGGLEMESH_CLUSTERS": str(file)})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOGGLEMESH_CLUSTERS", "/nowhere/clusters.yaml"),
        ("TOGGLEMESH_ENVOY_FOLDERS", "routes"),
        ("TOGGLEMESH_ALLOWED_NETWORKS", "10.0.0.1/8"),
        ("TOGGLEMESH_ALLOWED_NETWORKS", "localhost"),
    ],
)
def test_allowances__cannot_be_used__stop_with_the_variable(name: str, value: str) -> None:
    with pytest.raises(BadConfiguration, match=f"^{name}"):
        read_configuration({**PLACEHOLDERS, name: value})
