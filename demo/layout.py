"""Where each part of the shop listens. Made by `manage.py up`, read by the seed and by pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

FEATURE = "new-checkout"
ENVIRONMENT = "production"
# In the order of a request: each calls the next one.
CHAIN = ("web", "cart", "payments")
VERSIONS = ("v1", "v2")
# Where an instance says whether its SDK has anything to decide from.
READY = "/ready"
# How the first hop's serving process, which granian makes, is told its settings.
EVALUATOR, KEY_FILE, CACHE = "SHOP_EVALUATOR", "SHOP_KEY_FILE", "SHOP_CACHE"


@dataclass(frozen=True, slots=True)
class Layout:
    """Ports on loopback. `instances` are by `service/version`; the edge is the proxy of `web`.

    `onward` is where a cluster's mesh takes calls to `web`, behind the edge; None without one.
    """

    proxies: Mapping[str, int]
    admins: Mapping[str, int]
    instances: Mapping[str, int]
    first_hop: int
    onward: int | None = None

    def mesh_port(self, service: str) -> int:
        """Where the mesh takes calls to the service."""
        return self.onward if self.onward and service == CHAIN[0] else self.proxies[service]

    def instance(self, service: str, version: str) -> int:
        return self.instances[f"{service}/{version}"]

    def next_service(self, service: str) -> str | None:
        """Whom the service calls; None for the last one."""
        after = CHAIN[CHAIN.index(service) + 1 :]
        return after[0] if after else None


def host_of(service: str) -> str:
    """The name by which the mesh knows a service."""
    return f"{service}.shop.internal"


def shop_folder(home: Path) -> Path:
    """Everything that the shop keeps: routes, proxies' settings, the SDKs' last known state."""
    return home / "shop"


def mesh_folder(home: Path) -> Path:
    """What the proxies watch, and the router writes."""
    return shop_folder(home) / "mesh"


def key_file(home: Path) -> Path:
    """The shop's API key."""
    return home / "secrets" / "shop-api-key"


def save_layout(home: Path, layout: Layout) -> None:
    shop_folder(home).mkdir(mode=0o700, parents=True, exist_ok=True)
    (shop_folder(home) / "layout.json").write_text(json.dumps(asdict(layout), indent=1))


def read_layout(home: Path) -> Layout:
    return Layout(**json.loads((shop_folder(home) / "layout.json").read_text()))
