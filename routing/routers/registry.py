"""Which class is behind a router's name. A new kind of mesh adds a folder and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from governance.refusals import Invalid
from routing.routers.base import Router

# By name, so that a process that needs no Kubernetes does not load its client.
ROUTERS = {
    "envoy": "routing.routers.envoy.router:EnvoyRouter",
    "istio": "routing.routers.istio.router:IstioRouter",
}


def build(router: str, settings: Mapping[str, Any]) -> Router:
    """A router of this kind. Raises Invalid naming `router`, or `settings.<key>`."""
    if router not in ROUTERS:
        raise Invalid(router=f"{router!r} is no router; choose one of {', '.join(ROUTERS)}.")
    module, _, name = ROUTERS[router].partition(":")
    made: Router = getattr(import_module(module), name)(settings)
    return made
