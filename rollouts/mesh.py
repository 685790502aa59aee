"""What a rollout asks of the mesh. Any fault of a router becomes one of its two refusals."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from rollouts.models import Rollout, TrafficSample
from rollouts.reads import route_plans_of
from routing.plans import plan_service
from routing.reads import RoutePlan, router_for, why_not_ready
from routing.routers.base import (
    Router,
    RouterRefused,
    RouterUnavailable,
    ServicePlan,
    Verdict,
)

log = logging.getLogger(__name__)
T = TypeVar("T")


def give_routes(rollout: Rollout, service: str) -> None:
    """Make the mesh follow what the database wants of the service."""
    router, plan = _router(rollout), _plan(rollout, service)
    _ask(lambda: router.set_routes(plan))


def check_ready(rollout: Rollout, route: RoutePlan) -> None:
    """Raises RouterUnavailable with the reason while the new version has no ready endpoints."""
    router, where = _router(rollout), rollout.toggle.environment.key
    refusal = _ask(lambda: why_not_ready(router, where, route))
    if refusal:
        raise RouterUnavailable(refusal)


def verify(rollout: Rollout, service: str) -> Verdict:
    """Does the mesh act on it?"""
    router, plan = _router(rollout), _plan(rollout, service)
    return _ask(lambda: router.verify(plan))


def sample(rollout: Rollout, now: datetime) -> TrafficSample:
    """Read the proxies' counts of every service that the rollout routes, and keep them."""
    router = _router(rollout)
    counts = {r.service: _counts(rollout, router, r.service) for r in route_plans_of(rollout)}
    return TrafficSample.objects.create(
        environment=rollout.toggle.environment, at=now, counts=counts
    )


def _counts(rollout: Rollout, router: Router, service: str) -> dict[str, list[int]]:
    plan = _plan(rollout, service)
    traffic = _ask(lambda: router.read_traffic(plan))
    return {version: [t.requests, t.errors] for version, t in traffic.items()}


def _router(rollout: Rollout) -> Router:
    environment = rollout.toggle.environment.key
    router = router_for(environment)
    if router is None:
        raise RouterUnavailable(f"{environment} has no mesh any more")
    return router


def _plan(rollout: Rollout, service: str) -> ServicePlan:
    return plan_service(service=service, environment=rollout.toggle.environment.key)


def _ask(question: Callable[[], T]) -> T:
    try:
        return question()
    except (RouterUnavailable, RouterRefused):
        raise
    except Exception as fault:
        # A fault in a router must not leave a rollout exposed without anybody watching it.
        log.exception("rollout.router_fault")
        raise RouterUnavailable(f"{type(fault).__name__}: {fault}") from fault
