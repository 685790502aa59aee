"""The bootstrap of an Envoy in front of one service: what it listens on, and what it watches.

At the edge it asks the first hop for the decision before it routes. When the first hop does not
answer, requests go on without any baggage: a decision from outside must not count, and without
one every service takes the off variant.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from routing.routers.envoy.files import ServiceFiles

FIRST_HOP = "first-hop"
ONWARD = "onward"
FIRST_HOP_LIMIT = "0.5s"
CONTEXT_HEADERS = ("baggage", "x-user-id", "x-session-id", "x-user-group", "traceparent")
FAILED_OPEN = "x-envoy-auth-failure-mode-allowed"
RUNTIME = {
    # Otherwise Envoy refuses expressions beyond 100 steps; those for the longest names have 141.
    "re2.max_program_size.error_level": 200,
    # Several lines of baggage are one header, as services read it: two decisions in two lines
    # are none, not the one whose route comes first.
    "envoy.reloadable_features.match_headers_individually": False,
}
DROP_BAGGAGE = f"""
function envoy_on_request(handle)
  if handle:headers():get("{FAILED_OPEN}") then
    handle:headers():remove("baggage")
    handle:clearRouteCache()
  end
end
"""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Onward:
    """The way into a mesh that routes by itself: a sidecar's loopback port, and the mesh's host."""

    port: int
    host: str


@dataclass(frozen=True, slots=True)
class Proxy:
    """`first_hop` is the port of the first hop's process: the proxy is then the edge.

    With `onward` it watches no files: everything goes on into another mesh.
    """

    service: str
    folder: Path
    port: int
    admin_port: int
    host: str = "127.0.0.1"
    first_hop: int | None = None
    onward: Onward | None = None


def make_bootstrap(proxy: Proxy) -> Json:
    """Envoy's bootstrap, to be written as JSON."""
    files = ServiceFiles(proxy.folder)
    static = {"listeners": [_listener(proxy, files)], "clusters": _static_clusters(proxy)}
    watched = {} if proxy.onward else {"cds_config": _watched(files.clusters)}
    return {
        "node": {"id": f"{proxy.service}-{proxy.port}", "cluster": proxy.service},
        # Whoever reaches the admin address can stop the proxy: never beyond loopback.
        "admin": {"address": _address("127.0.0.1", proxy.admin_port)},
        "dynamic_resources": watched,
        "layered_runtime": {"layers": [{"name": "base", "static_layer": RUNTIME}]},
        "static_resources": static,
    }


def _static_clusters(proxy: Proxy) -> list[Json]:
    ports = {FIRST_HOP: proxy.first_hop, ONWARD: proxy.onward.port if proxy.onward else None}
    return [_loopback_cluster(name, port) for name, port in ports.items() if port is not None]


def _routes(proxy: Proxy, files: ServiceFiles) -> Json:
    if proxy.onward is None:
        source = _watched(files.routes)
        return {"rds": {"route_config_name": proxy.service, "config_source": source}}
    # The mesh knows its services by host; people come with the edge's own.
    target = {"cluster": ONWARD, "host_rewrite_literal": proxy.onward.host, "timeout": "15s"}
    route = {"match": {"prefix": "/"}, "route": target}
    everything = {"name": ONWARD, "domains": ["*"], "routes": [route]}
    return {"route_config": {"name": ONWARD, "virtual_hosts": [everything]}}


def _listener(proxy: Proxy, files: ServiceFiles) -> Json:
    manager = {
        "@type": _type("network.http_connection_manager.v3.HttpConnectionManager"),
        "stat_prefix": proxy.service,
        "codec_type": "AUTO",
        **_routes(proxy, files),
        "http_filters": [*_edge_filters(proxy), _filter("router", "router.v3.Router", {})],
        "use_remote_address": proxy.first_hop is not None,
        "request_timeout": "30s",
    }
    chain = {"filters": [{"name": "http", "typed_config": manager}]}
    return {
        "name": proxy.service,
        "address": _address(proxy.host, proxy.port),
        "filter_chains": [chain],
    }


def _edge_filters(proxy: Proxy) -> list[Json]:
    if proxy.first_hop is None:
        return []
    exact = [{"exact": name} for name in CONTEXT_HEADERS]
    ask = {
        "http_service": {
            "server_uri": {
                "uri": f"http://127.0.0.1:{proxy.first_hop}",
                "cluster": FIRST_HOP,
                "timeout": FIRST_HOP_LIMIT,
            },
            "authorization_response": {
                "allowed_upstream_headers": {"patterns": [{"exact": "baggage"}]}
            },
        },
        "allowed_headers": {"patterns": exact},
        "failure_mode_allow": True,
        "failure_mode_allow_header_add": True,
        # The route was looked up with the baggage from outside: look again with the decision.
        "clear_route_cache": True,
    }
    drop = {"default_source_code": {"inline_string": DROP_BAGGAGE}}
    return [
        _filter("ext_authz", "ext_authz.v3.ExtAuthz", ask),
        _filter("lua", "lua.v3.Lua", drop),
    ]


def _loopback_cluster(name: str, port: int) -> Json:
    endpoint = {"endpoint": {"address": _address("127.0.0.1", port)}}
    return {
        "name": name,
        "type": "STATIC",
        "connect_timeout": "0.25s",
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{"lb_endpoints": [endpoint]}],
        },
    }


def _watched(file: Path) -> Json:
    return {"resource_api_version": "V3", "path_config_source": {"path": str(file)}}


def _filter(name: str, kind: str, settings: Json) -> Json:
    typed = {"@type": _type(f"http.{kind}"), **settings}
    return {"name": f"envoy.filters.http.{name}", "typed_config": typed}


def _type(name: str) -> str:
    return f"type.googleapis.com/envoy.extensions.filters.{name}"


def _address(host: str, port: int) -> Json:
    return {"socket_address": {"address": host, "port_value": port}}
