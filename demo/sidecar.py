"""The bootstrap of an Envoy that gets everything else from istiod."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
ISTIOD = "istiod"
RUNTIME = {"re2.max_program_size.error_level": 32768}  # as Istio's own bootstrap has it
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sidecar:
    """The sidecar of the workload `app`; `istiod` is where xDS is served in plain text."""

    istiod: tuple[str, int]
    namespace: str
    app: str
    admin_port: int


def make_bootstrap(sidecar: Sidecar) -> Json:
    """Envoy's bootstrap, to be written as JSON."""
    app, namespace = sidecar.app, sidecar.namespace
    # The address is one that no endpoint has, or istiod would take this workload for the service.
    node = f"sidecar~192.0.2.1~{app}-0.{namespace}~{namespace}.svc.cluster.local"
    metadata = {
        "NAMESPACE": namespace,
        "NAME": f"{app}-0",
        "LABELS": {"app": app},
        "CLUSTER_ID": "Kubernetes",
        "INTERCEPTION_MODE": "NONE",  # listeners take their real ports: no iptables
    }
    ads = {"ads": {}, "resource_api_version": "V3"}
    source = {"envoy_grpc": {"cluster_name": ISTIOD}}
    dynamic = {"api_type": "GRPC", "transport_api_version": "V3", "grpc_services": [source]}
    return {
        "node": {"id": node, "cluster": f"{app}.{namespace}", "metadata": metadata},
        "admin": {"address": _address("127.0.0.1", sidecar.admin_port)},
        "dynamic_resources": {"ads_config": dynamic, "lds_config": ads, "cds_config": ads},
        "layered_runtime": {"layers": [{"name": "global config", "static_layer": RUNTIME}]},
        "static_resources": {"clusters": [_istiod(*sidecar.istiod)]},
    }


def _istiod(host: str, port: int) -> Json:
    http2 = {
        "@type": f"type.googleapis.com/{HTTP_OPTIONS}",
        "explicit_http_config": {"http2_protocol_options": {}},
    }
    endpoint = {"endpoint": {"address": _address(host, port)}}
    return {
        "name": ISTIOD,
        "type": "STRICT_DNS",
        "connect_timeout": "1s",
        "typed_extension_protocol_options": {HTTP_OPTIONS: http2},
        "load_assignment": {
            "cluster_name": ISTIOD,
            "endpoints": [{"lb_endpoints": [endpoint]}],
        },
    }


def _address(host: str, port: int) -> Json:
    return {"socket_address": {"address": host, "port_value": port}}
