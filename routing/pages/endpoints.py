"""Which versions of a service have ready endpoints, as seen of late.

A fragment of its own, fetched again after some seconds while the page is open.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from routing.models import Placement
from routing.plans import plan_service
from routing.reads import router_for
from routing.reads.observations import observations
from routing.routers.base import RouterRefused, ServicePlan


def endpoints(request: HttpRequest, service: str, environment: str) -> HttpResponse:
    """The versions, each ready, not ready or not known; without a mesh it says so."""
    placed = Placement.objects.filter(service__key=service, environment__key=environment)
    if not placed.exists():
        return render(request, "routing/endpoints.html", {"problem": "not placed"})
    plan = plan_service(service=service, environment=environment)
    ready, problem = _seen(plan)
    versions = [
        {"version": name, "is_baseline": name == plan.baseline, "ready": ready.get(name)}
        for name in sorted(version.version for version in plan.versions)
    ]
    return render(request, "routing/endpoints.html", {"versions": versions, "problem": problem})


def _seen(plan: ServicePlan) -> tuple[Mapping[str, bool], str]:
    try:
        router = router_for(plan.environment)
    except RouterRefused:
        return {}, "the mesh must be set anew"
    if router is None:
        return {}, "no mesh"
    return observations.of(router, plan), ""
