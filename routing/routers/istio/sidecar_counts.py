"""Reads from a sidecar's statistics how many requests each version answered, and how. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from routing.routers.base import ServicePlan, Traffic
from routing.routers.istio.hosts import full_host

Document = dict[str, Any]

# Envoy books its own 503 and 504, for resets and time-outs, under the same two counters.
REQUESTS, ERRORS = "upstream_rq_completed", "upstream_rq_5xx"


def stats_path(plan: ServicePlan) -> str:
    """Only this service's counters: a sidecar may have tens of thousands."""
    return f"/stats?format=json&filter={quote(_pattern(plan).pattern)}"


def add_counts(dumps: Iterable[Document], plan: ServicePlan) -> Mapping[str, Traffic]:
    """Sums by version over the answers of several sidecars."""
    sums: dict[str, Traffic] = {}
    pattern = _pattern(plan)
    for dump in dumps:
        for stat in dump.get("stats") or []:
            found = pattern.fullmatch(str(stat.get("name")))
            if found:
                sums[found[1]] = _added(sums.get(found[1]), found[2], int(stat.get("value", 0)))
    return sums


def _added(so_far: Traffic | None, counter: str, value: int) -> Traffic:
    before = so_far or Traffic(requests=0, errors=0)
    if counter == REQUESTS:
        return Traffic(before.requests + value, before.errors)
    return Traffic(before.requests, before.errors + value)


def _pattern(plan: ServicePlan) -> re.Pattern[str]:
    host = full_host(plan.host, plan.namespace).replace(".", r"\.")
    cluster = rf"^cluster\.outbound\|{plan.port}\|([^|]+)\|{host};?\."
    return re.compile(rf"{cluster}({REQUESTS}|{ERRORS})$")
