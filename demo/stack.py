"""What the demo shop adds to `manage.py up`."""

from __future__ import annotations

from pathlib import Path

from controlplane.stack.launch import Launch
from controlplane.stack.probes import answers_http
from controlplane.stack.problems import Problem
from controlplane.stack.site import Site
from controlplane.stack.supervisor import Member
from demo.allowances import shop_networks, write_clusters
from demo.faults import fault_file, set_failing
from demo.istio import WORKLOAD, Istio, named_istio
from demo.layout import (
    CACHE,
    CHAIN,
    EVALUATOR,
    KEY_FILE,
    READY,
    VERSIONS,
    Layout,
    host_of,
    key_file,
    mesh_folder,
    read_layout,
    save_layout,
    shop_folder,
)
from demo.proxies import find_envoy, istio_proxies, standalone_proxies

SEED_COMMAND = "seed_shop"


def check() -> None:
    """Raises Problem when Envoy, or the cluster that KUBECONFIG names, is missing."""
    find_envoy()
    istio = named_istio()
    if istio and not Path(istio.kubeconfig).is_file():
        raise Problem(
            f"KUBECONFIG names {istio.kubeconfig}, and there is no such file: name a kubeconfig, "
            "or unset KUBECONFIG for a shop without Kubernetes."
        )


def allowances(site: Site) -> dict[str, str]:
    """What the shop's mesh needs leave for, by variable; called after `early_members`."""
    layout, istio = read_layout(site.home), named_istio()
    entries = {"TOGGLEMESH_ALLOWED_NETWORKS": ",".join(shop_networks(layout))}
    if istio:
        entries["TOGGLEMESH_CLUSTERS"] = str(write_clusters(site.home, istio))
    else:
        entries["TOGGLEMESH_ENVOY_FOLDERS"] = str(mesh_folder(site.home))
    return entries


def early_members(site: Site) -> list[Member]:
    """The proxies: they start with the routes that were in place last, or with none."""
    istio = named_istio()
    layout = _make_layout(site, istio)
    save_layout(site.home, layout)
    set_failing(shop_folder(site.home), failing=False)
    # Istio's proxies become ready after the seed has told Istio of the services.
    return [] if istio else standalone_proxies(site, layout)


def members(site: Site) -> list[Member]:
    """The first hop, both versions of each service, and the customers."""
    layout = read_layout(site.home)
    instances = [
        _instance(site, layout, service, version) for service in CHAIN for version in VERSIONS
    ]
    istio = named_istio()
    proxies = istio_proxies(site, layout, istio) if istio else []
    return [_first_hop(site, layout), *instances, *proxies, _load(site)]


def _make_layout(site: Site, istio: Istio | None) -> Layout:
    ports = site.ports
    behind = CHAIN if istio else CHAIN[1:]
    proxies = {service: ports.get(f"{service} proxy") for service in behind}
    return Layout(
        # Without Istio the edge is the proxy of the first service.
        proxies=proxies if istio else {CHAIN[0]: site.configuration.shop_port, **proxies},
        admins={name: ports.get(f"{name} admin") for name in (*CHAIN, WORKLOAD)},
        instances={f"{s}/{v}": ports.get(f"{s} {v}") for s in CHAIN for v in VERSIONS},
        first_hop=ports.get("first hop"),
    )


def _instance(site: Site, layout: Layout, service: str, version: str) -> Member:
    port, following = layout.instance(service, version), layout.next_service(service)
    shop, name = shop_folder(site.home), f"{service}-{version}"
    words = [
        *("-m", "demo.service", service, version, "--port", str(port)),
        *("--evaluator", _evaluator(site), "--key-file", str(key_file(site.home))),
        *("--cache-dir", str(shop / "sdk" / name)),
        *("--fault", str(fault_file(shop, f"{service}/{version}"))),
        *(_next(layout, following) if following else []),
    ]
    ready = answers_http(port, READY)
    return Member(f"{service} {version}", lambda: site.python(name, *words), ready)


def _next(layout: Layout, service: str) -> list[str]:
    return [
        *("--next", f"http://127.0.0.1:{layout.proxies[service]}"),
        *("--next-host", host_of(service)),
    ]


def _first_hop(site: Site, layout: Layout) -> Member:
    environ = {
        **site.environ,
        EVALUATOR: _evaluator(site),
        KEY_FILE: str(key_file(site.home)),
        CACHE: str(shop_folder(site.home) / "sdk" / "first-hop"),
    }

    def how() -> Launch:
        words = site.python("first-hop", "-m", "demo.first_hop", str(layout.first_hop))
        return Launch(words.argv, words.log, env=environ, cwd=words.cwd)

    return Member("first hop", how, answers_http(layout.first_hop, READY))


def _load(site: Site) -> Member:
    host, port = site.configuration.host, site.configuration.shop_port
    words = ("-m", "demo.load", f"http://{host}:{port}")
    # Their first answer that is no error: the whole chain works.
    return Member("customers", lambda: site.python("load", *words), answers_http(port, "/", host))


def _evaluator(site: Site) -> str:
    return f"http://{site.configuration.host}:{site.configuration.evaluation_port}"
