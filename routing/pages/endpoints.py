"""How many ready endpoints each version of a service has, asked of the mesh itself.

A fragment of its own, so that a slow mesh keeps nobody from reading the page.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from routing.models import Placement
from routing.plans import plan_service
from routing.reads import ready_endpoints, router_for
from routing.routers.base import RouterRefused, RouterUnavailable


def endpoints(request: HttpRequest, service: str, environment: str) -> HttpResponse:
    """The versions, each with its count; without a mesh or an answer, it says so."""
    baseline, ready, problem = _ask(service, environment)
    versions = [
        {"version": version, "is_baseline": version == baseline, "ready": count}
        for version, count in sorted(ready.items())
    ]
    return render(request, "routing/endpoints.html", {"versions": versions, "problem": problem})


def _ask(service: str, environment: str) -> tuple[str, dict[str, int | None], str]:
    placed = Placement.objects.filter(service__key=service, environment__key=environment)
    if not placed.exists():
        return "", {}, "not placed"
    plan = plan_service(service=service, environment=environment)
    ready: dict[str, int | None] = {version.version: None for version in plan.versions}
    router = router_for(environment)
    if router is None:
        return plan.baseline, ready, "no mesh"
    try:
        ready.update(ready_endpoints(router, plan))
    except RouterUnavailable as down:
        return plan.baseline, ready, f"mesh does not answer ({down})"
    except RouterRefused:
        return plan.baseline, ready, "mesh does not answer"
    return plan.baseline, ready, ""
