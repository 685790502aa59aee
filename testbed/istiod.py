"""Starts istiod at the testbed's API server, without what only Istio's own Envoy knows."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

from testbed.child import Child
from testbed.ports import free_ports

MESH = "enableAutoMtls: false\nenablePrometheusMerge: false\n"
ENVIRON = {
    "POD_NAMESPACE": "istio-system",
    "PILOT_CERT_PROVIDER": "istiod",
    "ENABLE_CA_SERVER": "false",
    "PILOT_ENABLE_ALPN_FILTER": "false",
    "PILOT_ENABLE_METADATA_EXCHANGE": "false",
}


def start_istiod(program: Path, folder: Path, kubeconfig: Path) -> tuple[Child, int]:
    """The child, ready, and the port where it serves xDS."""
    grpc, http, monitoring = free_ports(3)
    mesh = folder / "mesh.yaml"
    mesh.write_text(MESH)
    command = [
        str(program),
        "discovery",
        f"--kubeconfig={kubeconfig}",
        f"--meshConfig={mesh}",
        f"--grpcAddr=127.0.0.1:{grpc}",
        f"--httpAddr=127.0.0.1:{http}",
        "--httpsAddr=",
        "--secureGRPCAddr=",
        f"--monitoringAddr=127.0.0.1:{monitoring}",
    ]
    child = Child("istiod", command, folder, ENVIRON)
    child.wait_ready(lambda: _is_ready(http), 90)
    return child, grpc


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False
