"""The router of an environment."""

from __future__ import annotations

import json

from routing.models import Mesh
from routing.routers import registry
from routing.routers.base import Router

_routers: dict[tuple[str, str], Router] = {}
_injected: dict[str, Router] = {}


def router_for(environment: str) -> Router | None:
    """The router of an environment, built once per process and mesh; None without a mesh."""
    if environment in _injected:
        return _injected[environment]
    mesh = Mesh.objects.filter(environment__key=environment).first()
    if mesh is None:
        return None
    key = (mesh.router, json.dumps(mesh.settings, sort_keys=True))
    if key not in _routers:
        _routers[key] = registry.build(mesh.router, mesh.settings)
    return _routers[key]


def inject_router(environment: str, router: Router | None) -> None:
    """Use this router in this process, whatever the mesh says; None ends that. For tests."""
    if router is None:
        _injected.pop(environment, None)
    else:
        _injected[environment] = router
