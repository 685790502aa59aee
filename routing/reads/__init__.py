"""Find services, versions, routes and routers; read what rollouts and pages need of them."""

from routing.reads.consent import agrees, check_consent
from routing.reads.meshes import get_mesh
from routing.reads.participants import (
    ParticipantStanding,
    find_participant,
    get_participant,
    participants_of,
)
from routing.reads.readiness import check_ready, ready_endpoints, why_not_ready
from routing.reads.routers import inject_router, router_for
from routing.reads.routes import RoutePlan, find_route, route_plans
from routing.reads.services import get_placement, get_service, get_version

__all__ = [
    "ParticipantStanding",
    "RoutePlan",
    "agrees",
    "check_consent",
    "check_ready",
    "find_participant",
    "find_route",
    "get_mesh",
    "get_participant",
    "get_placement",
    "get_service",
    "get_version",
    "inject_router",
    "participants_of",
    "ready_endpoints",
    "route_plans",
    "router_for",
    "why_not_ready",
]
