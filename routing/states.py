"""What the audit log and revisions keep of services, versions, placements, meshes and routes."""

from __future__ import annotations

from typing import Any

from routing.models import Mesh, Participant, Placement, Route, Service, ServiceVersion
from routing.sealed import shown_settings

State = dict[str, Any]


def service_state(service: Service) -> State:
    return {"name": service.name, "owner": service.owner.key}


def version_state(version: ServiceVersion) -> State:
    return {"labels": version.labels, "endpoints": version.endpoints}


def placement_state(placement: Placement) -> State:
    return {
        "host": placement.host,
        "port": placement.port,
        "namespace": placement.namespace,
        "baseline": placement.baseline.version,
    }


def mesh_state(mesh: Mesh) -> State:
    """The settings as they may be shown: of a token only that it is set."""
    return {"router": mesh.router, "settings": shown_settings(mesh.settings)}


def participant_state(participant: Participant) -> State:
    return {
        "part": participant.part,
        "position": participant.position,
        "agreed": participant.agreed,
        "agreed_with": participant.agreed_with.key if participant.agreed_with else None,
    }


def route_state(route: Route) -> State:
    return {"version": route.version.version, "wanted": route.wanted}
