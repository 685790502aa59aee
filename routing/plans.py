"""Build the ServicePlan of a service from what the database wants of it."""

from __future__ import annotations

from routing.models import Placement, Route, ServiceVersion
from routing.routers.base import Match, ServicePlan, VersionPlan


def plan_service(*, service: str, environment: str) -> ServicePlan:
    """The whole truth about one placed service in one environment, from its wanted routes."""
    placement = Placement.objects.select_related("baseline").get(
        service__key=service, environment__key=environment
    )
    return ServicePlan(
        environment=environment,
        service=service,
        namespace=placement.namespace,
        host=placement.host,
        port=placement.port,
        baseline=placement.baseline.version,
        versions=_versions(placement),
        matches=_matches(placement),
    )


def _versions(placement: Placement) -> tuple[VersionPlan, ...]:
    rows = ServiceVersion.objects.filter(
        service=placement.service_id, environment=placement.environment_id
    )
    return tuple(VersionPlan(r.version, r.labels, tuple(r.endpoints)) for r in rows)


def _matches(placement: Placement) -> tuple[Match, ...]:
    rows = Route.objects.select_related("feature", "version").filter(
        service=placement.service_id, environment=placement.environment_id, wanted=True
    )
    return tuple(Match(r.feature.key, r.variant, r.version.version) for r in rows)
