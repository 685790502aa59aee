"""Whether routes may be written: rule 2, no route names a version without ready endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from governance.bulkheads import Bulkhead, NotAnswered
from governance.refusals import Conflict
from routing.plans import plan_service
from routing.reads.routers import router_for
from routing.reads.routes import RoutePlan
from routing.routers.base import (
    Router,
    RouterRefused,
    RouterUnavailable,
    ServicePlan,
)

# Fewer than web has threads: pages that need no mesh go on.
_meshes = Bulkhead(each=2, most=4, seconds=3.0)


def check_ready(environment: str, routes: Sequence[RoutePlan]) -> None:
    """Every route's version has ready endpoints, and there is a mesh that can say so."""
    if not routes:
        return
    try:
        router = router_for(environment)
    except RouterRefused as refused:
        raise Conflict(environment=f"The mesh of {environment} refuses: {refused}") from None
    if router is None:
        raise Conflict(environment=f"{environment} has routes but no mesh: set its mesh first.")
    for route in routes:
        refusal = _asked(router, environment, route)
        if refusal:
            raise Conflict(version=refusal)


def _asked(router: Router, environment: str, route: RoutePlan) -> str:
    plan = plan_service(service=route.service, environment=environment)
    try:
        ready = ready_endpoints(router, plan)
        return "" if ready.get(route.version, 0) else _none_ready(route, environment)
    except RouterUnavailable:
        return f"The mesh of {environment} cannot be asked right now; try again."
    except RouterRefused as refused:
        return f"The mesh of {environment} refuses: {refused}"


def why_not_ready(router: Router, environment: str, route: RoutePlan) -> str:
    """Why a route to this version may not be written now; empty when it may.

    Raises RouterUnavailable and RouterRefused.
    """
    plan = plan_service(service=route.service, environment=environment)
    if router.ready_endpoints(plan).get(route.version, 0):
        return ""
    return _none_ready(route, environment)


def ready_endpoints(router: Router, plan: ServicePlan) -> Mapping[str, int]:
    """As the router says, for somebody who waits for a page: within a few seconds, and never with
    more than a few threads at a time. Raises RouterUnavailable and RouterRefused."""
    try:
        return _meshes.ask(plan.environment, lambda: router.ready_endpoints(plan))
    except NotAnswered as why:
        raise RouterUnavailable(f"not known right now: {why}") from None


def _none_ready(route: RoutePlan, environment: str) -> str:
    return f"{route.service} {route.version} has no ready endpoints in {environment}."
