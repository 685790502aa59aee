"""Whether routes may be written: rule 2, no route names a version without ready endpoints."""

from __future__ import annotations

from collections.abc import Sequence

from governance.refusals import Conflict
from routing.plans import plan_service
from routing.reads.routers import router_for
from routing.reads.routes import RoutePlan
from routing.routers.base import Router, RouterRefused, RouterUnavailable


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
    try:
        return why_not_ready(router, environment, route)
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
    return f"{route.service} {route.version} has no ready endpoints in {environment}."
