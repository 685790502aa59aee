"""The two objects that a plan becomes. Pure: a plan and what stands there in, documents out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from governance.names import is_key
from routing.cluster.objects import Kind
from routing.routers.base import Match, RouterRefused, ServicePlan
from togglemesh.baggage import route_patterns

Document = dict[str, Any]

GROUP = "networking.istio.io"
DESTINATION_RULE = Kind(GROUP, "v1", "DestinationRule", "destinationrules")
VIRTUAL_SERVICE = Kind(GROUP, "v1", "VirtualService", "virtualservices")
SERVICE_LABEL = "togglemesh.dev/service"
ENVIRONMENT_LABEL = "togglemesh.dev/environment"


def owner_labels(plan: ServicePlan) -> dict[str, str]:
    return {SERVICE_LABEL: plan.service, ENVIRONMENT_LABEL: plan.environment}


def object_name(plan: ServicePlan) -> str:
    return f"togglemesh-{plan.service}"


def plan_rule(plan: ServicePlan, standing: Iterable[Document] = ()) -> Document:
    """The DestinationRule: a subset per version, and those `standing` that must not go yet."""
    subsets = [{"name": v.version, "labels": dict(v.labels)} for v in plan.versions]
    planned = {version.version for version in plan.versions}
    subsets += [subset for subset in standing if subset["name"] not in planned]
    return _document(plan, {"host": plan.host, "subsets": subsets})


def plan_routes(plan: ServicePlan) -> Document:
    """The VirtualService: the matches in order, then the baseline for everyone else."""
    http = [_matching(plan, match) for match in plan.matches]
    http.append({"name": "baseline", "route": [_to(plan, plan.baseline)]})
    return _document(plan, {"hosts": [plan.host], "http": http})


def still_used(rule: Document | None, routes: Document | None) -> list[Document]:
    """Subsets that the standing routes name. Taking one away together with its route would fail
    the requests that meet the one change before the other; the next pass drops it."""
    used = _versions_in(routes)
    return [s for s in (rule or {}).get("spec", {}).get("subsets", []) if s["name"] in used]


def new_versions(plan: ServicePlan, routes: Document | None) -> set[str]:
    """Versions that the plan's routes name and the standing ones do not: proxies must know them
    before a route sends requests there."""
    return _versions_in(plan_routes(plan)) - _versions_in(routes)


def _versions_in(routes: Document | None) -> set[str]:
    return {
        destination["destination"].get("subset", "")
        for route in (routes or {}).get("spec", {}).get("http", [])
        for destination in route.get("route", [])
    }


def check_plan(plan: ServicePlan) -> None:
    """Raises RouterRefused for what the API server would take and istiod would then ignore."""
    for version in plan.versions:
        if not is_key(version.version):
            raise RouterRefused(f"version {version.version!r} cannot be the name of a subset.")
        if not version.labels:
            raise RouterRefused(
                f"version {version.version} of {plan.service} has no labels, so Istio would send "
                "its requests to every instance; give it the labels of its pods."
            )
    known = {version.version for version in plan.versions}
    for wanted in [plan.baseline, *(match.version for match in plan.matches)]:
        if wanted not in known:
            raise RouterRefused(f"{plan.service} has no version {wanted} in {plan.environment}.")


def _matching(plan: ServicePlan, match: Match) -> Document:
    patterns = route_patterns(match.feature, match.variant)
    carries, doubled = {"regex": patterns.carries}, {"regex": patterns.doubled}
    return {
        "name": f"{match.feature}={match.variant}",
        "match": [{"headers": {"baggage": carries}, "withoutHeaders": {"baggage": doubled}}],
        "route": [_to(plan, match.version)],
    }


def _to(plan: ServicePlan, version: str) -> Document:
    # Without a port Istio keeps the one that was asked for, also on a service with several.
    return {"destination": {"host": plan.host, "subset": version}}


def _document(plan: ServicePlan, spec: Document) -> Document:
    labels = owner_labels(plan)
    metadata = {"name": object_name(plan), "namespace": plan.namespace, "labels": labels}
    return {"metadata": metadata, "spec": spec}
