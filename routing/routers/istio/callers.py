"""The sidecars that call a service, where they can be asked: what they know, what they follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import monotonic, sleep
from typing import Any

from routing.routers.base import RouterUnavailable, ServicePlan, Standing, Traffic, Verdict
from routing.routers.istio.admin import Sidecars
from routing.routers.istio.sidecar_clusters import clusters_path, lacking_versions
from routing.routers.istio.sidecar_counts import add_counts, stats_path
from routing.routers.istio.sidecar_routes import expected_rules, routes_path, rules_of

LONGEST_WAIT = 3.0  # seconds; istiod takes a tenth of one, and a proxy some milliseconds
EVERY = 0.05
GRACE = 0.5  # seconds, where nobody can be asked


class Callers:
    """Asks every sidecar of the mesh's settings, where only callers of the service count."""

    def __init__(self, sidecars: Sidecars) -> None:
        self._sidecars = sidecars

    def await_versions(self, plan: ServicePlan) -> None:
        """Until each caller could send requests to the versions of the plan's routes.

        Raises RouterUnavailable when one could not in time.
        """
        deadline = monotonic() + LONGEST_WAIT
        while lacking := self._lacking(plan):
            if monotonic() > deadline:
                raise RouterUnavailable(lacking)
            sleep(EVERY)
        if lacking is None:
            sleep(GRACE)

    def verdict(self, plan: ServicePlan) -> Verdict:
        """Whether all callers follow the plan."""
        callers, expected = 0, expected_rules(plan)
        for address, dump in self._ask(routes_path(plan)):
            rules = rules_of(dump, plan)
            if rules is not None and rules != expected:
                return Verdict(Standing.NOT_YET, f"the sidecar at {address} has other routes")
            callers += rules is not None
        if not callers:
            return Verdict(Standing.UNKNOWN, f"no sidecar that calls {plan.service} could be asked")
        lacking = self._lacking(plan)
        if lacking:
            return Verdict(Standing.NOT_YET, lacking)
        return Verdict(Standing.IN_PLACE, f"sidecars that have it: {callers}")

    def traffic(self, plan: ServicePlan) -> Mapping[str, Traffic]:
        """Raises RouterUnavailable when one does not answer: without its counts the sum would
        fall now and leap later, and a gate would take old errors for new ones."""
        answers = self._sidecars.ask(stats_path(plan))
        for address, dump in answers.items():
            if dump is None:
                raise RouterUnavailable(f"the sidecar at {address} does not answer")
        return add_counts(answers.values(), plan)

    def _ask(self, path: str) -> Iterator[tuple[str, Any]]:
        """Of those that answer. One that is gone sends no requests, so it holds nothing up."""
        answers = self._sidecars.ask(path)
        return ((address, dump) for address, dump in answers.items() if dump is not None)

    def _lacking(self, plan: ServicePlan) -> str | None:
        """One sentence; empty when nothing lacks, None when no caller could be asked."""
        answer: str | None = None
        for address, dump in self._ask(clusters_path(plan)):
            lacking = lacking_versions(dump, plan)
            if lacking:
                return f"the sidecar at {address} does not know {', '.join(sorted(lacking))} yet"
            if lacking is not None:
                answer = ""
        return answer
