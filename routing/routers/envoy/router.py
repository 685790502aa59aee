"""EnvoyRouter fulfils `routing.routers.base.Router` for standalone Envoys."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable, Mapping
from typing import Any

from governance.network import Networks
from routing.allowed import Allowed, allowed_here
from routing.routers.base import (
    RouterRefused,
    RouterUnavailable,
    ServicePlan,
    Standing,
    Traffic,
    Verdict,
)
from routing.routers.envoy import seen
from routing.routers.envoy.admin import Admin
from routing.routers.envoy.files import ServiceFiles, replace, resources_in
from routing.routers.envoy.instances import count_ready, permitted_plan
from routing.routers.envoy.resources import (
    Resource,
    cluster_name,
    plan_clusters,
    plan_routes,
    response,
    version_of,
)
from routing.routers.envoy.settings import FOLDER_NOT_ALLOWED, read_settings

PATIENCE = 3.0  # seconds for a proxy to take a change before the next one
TICK = 0.02


class EnvoyRouter:
    """Writes files; asks the proxies' admin addresses whether they act on them."""

    kind = "envoy"

    def __init__(self, settings: Mapping[str, Any], allowed: Allowed | None = None) -> None:
        self._allowed = allowed or allowed_here()
        self._settings = read_settings(settings, self._allowed)
        addresses = {each for group in self._settings.admins.values() for each in group}
        self._admins = {each: Admin(each, self._networks) for each in addresses}

    @property
    def _networks(self) -> Networks:
        return self._allowed.networks

    def ready_endpoints(self, plan: ServicePlan) -> Mapping[str, int]:
        """As the service's proxies see them; a version that they do not know is tried by us."""
        known = [admin.clusters() for admin in self._admins_of(plan)]
        return {
            version.version: count_ready(
                version, cluster_name(plan.service, version.version), known, self._networks
            )
            for version in plan.versions
        }

    def set_routes(self, plan: ServicePlan) -> None:
        """Clusters first, then routes, then away with clusters that no route names any more."""
        plan = permitted_plan(plan, self._networks)
        _refuse_empty_targets(plan)
        files, wanted = self._files(plan), plan_clusters(plan)
        kept = _no_longer_wanted(resources_in(files.clusters), wanted)
        if replace(files.clusters, response([*wanted, *kept])):
            self._wait(plan, lambda stats: _has_clusters(stats, [*wanted, *kept]))
        routes = plan_routes(plan)
        if replace(files.routes, response([routes])) and kept:
            self._wait(plan, lambda stats: _has_routes(stats, plan.service, routes))
        if kept:
            replace(files.clusters, response(wanted))

    def verify(self, plan: ServicePlan) -> Verdict:
        """Every proxy of the service has our last version of clusters and routes."""
        plan = permitted_plan(plan, self._networks)
        clusters, routes = version_of(plan_clusters(plan)), version_of([plan_routes(plan)])
        if not self._is_written(plan):
            return Verdict(Standing.NOT_YET, "not written")
        admins = self._admins_of(plan)
        for admin in admins:
            stats = admin.stats(seen.standing_pattern(plan.service))
            missing = seen.missing(stats, plan.service, clusters, routes)
            if missing:
                return Verdict(Standing.NOT_YET, f"{admin.address} waits for {missing}")
        return Verdict(Standing.IN_PLACE if admins else Standing.UNKNOWN)

    def remove(self, plan: ServicePlan) -> None:
        """Running proxies send everything to the baseline; a new one finds nothing of ours."""
        files = self._files(plan)
        if not files.routes.exists():
            return
        routes = plan_routes(_without_matches(plan))
        if replace(files.routes, response([routes])):
            # A file that vanishes before the proxy has read it leaves the proxy as it was.
            self._wait(plan, lambda stats: _has_routes(stats, plan.service, routes))
        files.remove()

    def read_traffic(self, plan: ServicePlan) -> Mapping[str, Traffic]:
        pattern = seen.traffic_pattern(plan.service)
        return seen.add_up(
            seen.traffic_in(admin.stats(pattern), plan) for admin in self._admins_of(plan)
        )

    def _admins_of(self, plan: ServicePlan) -> list[Admin]:
        return [self._admins[address] for address in self._settings.admins_of(plan.service)]

    def _files(self, plan: ServicePlan) -> ServiceFiles:
        folder = self._settings.directory / plan.service
        if not self._allowed.permit_folder(folder):  # a link may have come since
            raise RouterRefused(FOLDER_NOT_ALLOWED)
        return ServiceFiles(folder)

    def _is_written(self, plan: ServicePlan) -> bool:
        files = self._files(plan)
        return resources_in(files.clusters) == plan_clusters(plan) and resources_in(
            files.routes
        ) == [plan_routes(plan)]

    def _wait(self, plan: ServicePlan, taken: Callable[[Mapping[str, Any]], bool]) -> None:
        """Until each proxy that answers has taken the change. One that does not answer reads the
        files from the beginning when it is back, in the right order, so it is not waited for."""
        for admin in self._admins_of(plan):
            if not _took_in_time(admin, seen.standing_pattern(plan.service), taken):
                raise RouterUnavailable(f"{admin.address} has not taken a change in time")


def _took_in_time(admin: Admin, pattern: str, taken: Callable[[Mapping[str, Any]], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    with contextlib.suppress(RouterUnavailable):
        while not taken(admin.stats(pattern)):
            if time.monotonic() > deadline:
                return False
            time.sleep(TICK)
    return True


def _refuse_empty_targets(plan: ServicePlan) -> None:
    """No route may name a version that has no endpoints: its requests would only fail."""
    reachable = {version.version for version in plan.versions if version.endpoints}
    for version in (plan.baseline, *(match.version for match in plan.matches)):
        if version not in reachable:
            raise RouterRefused(f"{plan.service} {version} has no endpoints: set its endpoints.")


def _no_longer_wanted(present: list[Resource], wanted: list[Resource]) -> list[Resource]:
    names = {cluster["name"] for cluster in wanted}
    return [cluster for cluster in present if cluster["name"] not in names]


def _has_clusters(stats: Mapping[str, Any], clusters: list[Resource]) -> bool:
    taken = stats.get(seen.CLUSTERS_VERSION) == version_of(clusters)
    return taken and not stats.get(seen.WARMING, 0)


def _has_routes(stats: Mapping[str, Any], service: str, routes: Resource) -> bool:
    return bool(stats.get(seen.routes_version(service)) == version_of([routes]))


def _without_matches(plan: ServicePlan) -> ServicePlan:
    return dataclasses.replace(plan, matches=())
