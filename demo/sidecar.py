"""Bootstraps of the shop's Envoys on Istio: the sidecar, and the edge before it."""

from __future__ import annotations

from typing import Any

from demo.istio import NAMESPACE, WORKLOAD, Istio
from demo.layout import CHAIN, Layout, host_of
from routing.routers.envoy.bootstrap import Proxy, make_bootstrap

HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
Json = dict[str, Any]


def sidecar_bootstrap(istio: Istio, layout: Layout) -> Json:
    """An Envoy that gets everything from istiod."""
    # An address that no instance has, or istiod would take this proxy for one of them.
    node = f"sidecar~192.0.2.1~{WORKLOAD}-0.{NAMESPACE}~{NAMESPACE}.svc.cluster.local"
    metadata = {
        "NAMESPACE": NAMESPACE,
        "NAME": f"{WORKLOAD}-0",
        "LABELS": {"app": WORKLOAD},
        "CLUSTER_ID": "Kubernetes",
        "INTERCEPTION_MODE": "NONE",  # it listens on the services' own ports
    }
    ads = {"ads": {}, "resource_api_version": "V3"}
    source = {"envoy_grpc": {"cluster_name": "istiod"}}
    dynamic = {"api_type": "GRPC", "transport_api_version": "V3", "grpc_services": [source]}
    return {
        "node": {"id": node, "cluster": f"{WORKLOAD}.{NAMESPACE}", "metadata": metadata},
        "admin": {"address": _address("127.0.0.1", layout.admins[WORKLOAD])},
        "dynamic_resources": {"ads_config": dynamic, "lds_config": ads, "cds_config": ads},
        "static_resources": {"clusters": [_istiod(istio.xds)]},
    }


def edge_bootstrap(proxy: Proxy, layout: Layout) -> Json:
    """The edge asks the first hop, then sends everything to the sidecar's port of `web`."""
    made = make_bootstrap(proxy)
    web = CHAIN[0]
    del made["dynamic_resources"]
    [listener] = made["static_resources"]["listeners"]
    manager = listener["filter_chains"][0]["filters"][0]["typed_config"]
    del manager["rds"]
    target = {"cluster": web, "timeout": "15s", "host_rewrite_literal": host_of(web)}
    manager["route_config"] = {
        "virtual_hosts": [
            {"name": web, "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": target}]}
        ]
    }
    cluster = _cluster(web, "127.0.0.1", layout.proxies[web])
    made["static_resources"]["clusters"].append(cluster)
    return made


def _istiod(xds: str) -> Json:
    host, _, port = xds.rpartition(":")
    http2 = {
        "@type": f"type.googleapis.com/{HTTP_OPTIONS}",
        "explicit_http_config": {"http2_protocol_options": {}},
    }
    cluster = _cluster("istiod", host, int(port))
    return {**cluster, "typed_extension_protocol_options": {HTTP_OPTIONS: http2}}


def _cluster(name: str, host: str, port: int) -> Json:
    endpoint = {"endpoint": {"address": _address(host, port)}}
    return {
        "name": name,
        "type": "STRICT_DNS",
        "connect_timeout": "1s",
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{"lb_endpoints": [endpoint]}],
        },
    }


def _address(host: str, port: int) -> Json:
    return {"socket_address": {"address": host, "port_value": port}}
