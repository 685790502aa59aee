"""Find routes; the routes that a rollout needs."""

from __future__ import annotations

from dataclasses import dataclass

from routing.models import Participant, Route
from routing.reads.services import get_placement


def find_route(*, feature: str, variant: str, service: str, environment: str) -> Route | None:
    """The route of the variant at the service, if there is one."""
    rows = Route.objects.select_related("version", "service", "environment", "feature")
    here = {"environment__key": environment, "service__key": service}
    return rows.filter(feature__key=feature, variant=variant, **here).first()


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """One route that a rollout needs: the service, the version it goes to, and what was before."""

    service: str
    version: str
    baseline: str
    wanted_before: bool


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
