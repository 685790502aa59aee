"""IstioRouter: the contract of `routing.routers.base`, fulfilled through the Kubernetes API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from routing.allowed import Allowed, allowed_here
from routing.cluster.calls import Calls
from routing.cluster.errors import ClusterRefused, ClusterUnavailable, OthersOwn
from routing.cluster.objects import Objects
from routing.routers.base import (
    RouterRefused,
    RouterUnavailable,
    ServicePlan,
    Standing,
    Traffic,
    Verdict,
)
from routing.routers.istio import objects as wanted
from routing.routers.istio.admin import Sidecars
from routing.routers.istio.callers import Callers
from routing.routers.istio.endpoints import count_endpoints
from routing.routers.istio.ownership import check_alone, check_ours
from routing.routers.istio.settings import read_settings
from routing.routers.istio.standing import compare


class IstioRouter:
    """Built once per process and mesh; methods may be called from several threads."""

    kind = "istio"

    def __init__(self, settings: Mapping[str, Any], allowed: Allowed | None = None) -> None:
        allowed = allowed or allowed_here()
        known = read_settings(settings, allowed)
        self._objects = Objects(Calls(known.access))
        self._callers = Callers(Sidecars(known.sidecars, allowed.networks))

    def ready_endpoints(self, plan: ServicePlan) -> Mapping[str, int]:
        with _as_router_errors():
            return count_endpoints(self._objects, plan)

    def set_routes(self, plan: ServicePlan) -> None:
        wanted.check_plan(plan)
        with _as_router_errors():
            rule, routes = self._read(plan)
            check_ours(plan, rule)
            check_ours(plan, routes)
            check_alone(plan, self._objects.list(wanted.VIRTUAL_SERVICE, plan.namespace))
            kept = wanted.still_used(rule, routes)
            self._objects.apply(wanted.DESTINATION_RULE, wanted.plan_rule(plan, kept))
            if wanted.new_versions(plan, routes):
                self._callers.await_versions(plan)
            self._objects.apply(wanted.VIRTUAL_SERVICE, wanted.plan_routes(plan))

    def verify(self, plan: ServicePlan) -> Verdict:
        wanted.check_plan(plan)
        with _as_router_errors():
            difference = compare(plan, *self._read(plan))
        if difference:
            return Verdict(Standing.NOT_YET, difference)
        return self._callers.verdict(plan)

    def remove(self, plan: ServicePlan) -> None:
        with _as_router_errors():
            labels = wanted.owner_labels(plan)
            self._objects.delete_owned(wanted.VIRTUAL_SERVICE, plan.namespace, labels)
            self._objects.delete_owned(wanted.DESTINATION_RULE, plan.namespace, labels)

    def read_traffic(self, plan: ServicePlan) -> Mapping[str, Traffic]:
        return self._callers.traffic(plan)

    def _read(self, plan: ServicePlan) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        name = wanted.object_name(plan)
        rule = self._objects.get(wanted.DESTINATION_RULE, plan.namespace, name)
        return rule, self._objects.get(wanted.VIRTUAL_SERVICE, plan.namespace, name)


@contextmanager
def _as_router_errors() -> Iterator[None]:
    try:
        yield
    except ClusterUnavailable as reason:
        raise RouterUnavailable(str(reason)) from reason
    except OthersOwn as reason:
        raise RouterRefused(
            f"{', '.join(reason.managers)} changed fields that ToggleMesh writes ({reason}); "
            "undo that change, or delete the object, and it is written anew."
        ) from reason
    except ClusterRefused as reason:
        raise RouterRefused(_sentence(reason)) from reason


def _sentence(reason: ClusterRefused) -> str:
    if reason.status in (401, 403):
        return f"Kubernetes does not let ToggleMesh do this; give its account the right: {reason}"
    return f"Kubernetes refused: {reason}"
