"""What the shop's mesh may use: its own folder, its own ports on loopback, its own cluster."""

from __future__ import annotations

import json
from pathlib import Path

from demo.istio import CLUSTER, Istio
from demo.layout import Layout, mesh_folder, shop_folder
from governance.network import read_networks
from routing.allowed import Allowed


def shop_networks(layout: Layout) -> list[str]:
    """Entries of TOGGLEMESH_ALLOWED_NETWORKS: the proxies' admin ports and the instances."""
    ports = sorted({*layout.admins.values(), *layout.instances.values()})
    return [f"127.0.0.1 port {port}" for port in ports]


def allowed_to_shop(home: Path, layout: Layout) -> Allowed:
    """The same as values."""
    return Allowed(read_networks(shop_networks(layout)), (mesh_folder(home),))


def write_clusters(home: Path, istio: Istio) -> Path:
    """The file for TOGGLEMESH_CLUSTERS."""
    file = shop_folder(home) / "clusters.json"
    file.write_text(json.dumps({CLUSTER: {"kubeconfig": istio.kubeconfig}}, indent=1))
    return file
