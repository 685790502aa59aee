"""Find services, versions, routes and routers; read what rollouts and pages need of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.reads import get_environment
from governance.refusals import Conflict, Invalid, NotFound
from routing.models import Mesh, Participant, Placement, Route, Service, ServiceVersion
from routing.plans import plan_service
from routing.routers import registry
from routing.routers.base import Router, RouterRefused, RouterUnavailable


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """One route that a rollout needs: the service, the version it goes to, and what was before."""

    service: str
    version: str
    baseline: str
    wanted_before: bool


@dataclass(frozen=True, slots=True)
class ParticipantStanding:
    """A participant in one environment, for pages. `baseline` is empty where it is not placed."""

    service: str
    name: str
    owner: str
    part: str
    position: int
    baseline: str
    versions: Sequence[str]
    routes: Sequence[Route]


def get_service(key: str) -> Service:
    """The service. Raises NotFound naming the field `service`."""
    found = Service.objects.select_related("owner").filter(key=key).first()
    if found is None:
        raise NotFound(service=f"There is no service {key!r}.")
    return found


def get_version(*, service: str, environment: str, version: str) -> ServiceVersion:
    """The version. Raises NotFound naming `version` and what there is."""
    where, what = get_environment(environment), get_service(service)
    rows = ServiceVersion.objects.select_related("service", "environment")
    found = rows.filter(service=what, environment=where)
    names = [row.version for row in found]
    if version not in names:
        there = f"it has {', '.join(names)}" if names else "it has none yet"
        raise NotFound(version=f"{service} has no version {version} in {environment}; {there}.")
    return found.get(version=version)


def get_placement(*, service: str, environment: str) -> Placement:
    """Where the service stands. Raises Invalid naming `service` when it stands nowhere there."""
    rows = Placement.objects.select_related("service", "environment", "baseline")
    found = rows.filter(service__key=service, environment__key=environment).first()
    if found is None:
        raise Invalid(service=f"{service} is not placed in {environment}: set its placement first.")
    return found


def route_plans(*, feature: str, environment: str, variant: str) -> list[RoutePlan]:
    """The routes of a variant in an environment, provider first; empty when it has none."""
    rows = Route.objects.select_related("service", "version").filter(
        feature__key=feature, environment__key=environment, variant=variant
    )
    places = dict(
        Participant.objects.filter(feature__key=feature).values_list("service_id", "position")
    )
    last = max(places.values(), default=0) + 1
    ordered = sorted(rows, key=lambda r: (places.get(r.service_id, last), r.service.key))
    return [_route_plan(row, environment) for row in ordered]


def _route_plan(row: Route, environment: str) -> RoutePlan:
    placement = get_placement(service=row.service.key, environment=environment)
    return RoutePlan(row.service.key, row.version.version, placement.baseline.version, row.wanted)


def participants_of(feature: str, environment: str) -> list[ParticipantStanding]:
    """The participants of a feature as they stand in an environment, provider first."""
    rows = Participant.objects.select_related("service__owner").filter(feature__key=feature)
    return [_standing(row, feature, environment) for row in rows]


def _standing(row: Participant, feature: str, environment: str) -> ParticipantStanding:
    here = {"service": row.service_id, "environment__key": environment}
    placement = Placement.objects.select_related("baseline").filter(**here).first()
    versions = ServiceVersion.objects.filter(**here).values_list("version", flat=True)
    routes = Route.objects.select_related("version").filter(**here, feature__key=feature)
    return ParticipantStanding(
        service=row.service.key,
        name=row.service.name,
        owner=row.service.owner.key,
        part=row.part,
        position=row.position,
        baseline=placement.baseline.version if placement else "",
        versions=list(versions),
        routes=list(routes),
    )


def check_ready(environment: str, routes: Sequence[RoutePlan]) -> None:
    """Every route's version has ready endpoints, and there is a mesh that can say so."""
    if not routes:
        return
    router = router_for(environment)
    if router is None:
        raise Conflict(environment=f"{environment} has routes but no mesh: set its mesh first.")
    for route in routes:
        refusal = _asked(router, environment, route)
        if refusal:
            raise Conflict(version=refusal)


def _asked(router: Router, environment: str, route: RoutePlan) -> str:
    try:
        return why_not_ready(router, environment, route)
    except RouterUnavailable as down:
        return f"The mesh of {environment} cannot be asked right now ({down}); try again."
    except RouterRefused as refused:
        return f"The mesh of {environment} refuses: {refused}"


def why_not_ready(router: Router, environment: str, route: RoutePlan) -> str:
    """Why a route to this version may not be written now; empty when it may.

    Raises RouterUnavailable and RouterRefused.
    """
    plan = plan_service(service=route.service, environment=environment)
    if router.ready_endpoints(plan).get(route.version, 0):
        return ""
    return f"{route.service} {route.version} has no ready endpoints in {environment}."


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
