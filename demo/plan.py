"""The shop's services as the envoy router sees them, from the layout alone: where all begins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from demo.layout import CHAIN, ENVIRONMENT, VERSIONS, Layout, host_of, mesh_folder
from routing.routers.base import ServicePlan, VersionPlan


def envoy_settings(home: Path, layout: Layout) -> dict[str, Any]:
    """Settings of the envoy router."""
    admins = {service: f"http://127.0.0.1:{layout.admins[service]}" for service in CHAIN}
    return {"directory": str(mesh_folder(home)), "admins": admins}


def baseline_plan(layout: Layout, service: str) -> ServicePlan:
    """Everyone meets v1."""
    return ServicePlan(
        environment=ENVIRONMENT,
        service=service,
        namespace="default",
        host=host_of(service),
        port=layout.proxies[service],
        baseline=VERSIONS[0],
        versions=tuple(
            VersionPlan(version, {"version": version}, (endpoint(layout, service, version),))
            for version in VERSIONS
        ),
        matches=(),
    )


def endpoint(layout: Layout, service: str, version: str) -> str:
    return f"127.0.0.1:{layout.instance(service, version)}"
