"""The router of an environment."""

from __future__ import annotations

import json

from governance.refusals import Invalid
from routing.models import Mesh
from routing.routers import registry
from routing.routers.base import Router, RouterRefused
from routing.sealed import open_settings

_routers: dict[tuple[str, str], Router] = {}
_injected: dict[str, Router] = {}


def router_for(environment: str) -> Router | None:
    """The router of an environment, built once per process and mesh; None without a mesh.

    Raises RouterRefused for stored settings that cannot be used (any more).
    """
    if environment in _injected:
        return _injected[environment]
    mesh = Mesh.objects.filter(environment__key=environment).first()
    if mesh is None:
        return None
    key = (mesh.router, json.dumps(mesh.settings, sort_keys=True))
    if key not in _routers:
        _routers[key] = _build(mesh)
    return _routers[key]


def _build(mesh: Mesh) -> Router:
    try:
        return registry.build(mesh.router, open_settings(mesh.settings))
    except Invalid as reason:
        raise RouterRefused(f"set the mesh anew: {reason}") from None


def inject_router(environment: str, router: Router | None) -> None:
    """Use this router in this process, whatever the mesh says; None ends that. For tests."""
    if router is None:
        _injected.pop(environment, None)
    else:
        _injected[environment] = router
