"""Compares what stands in the API with what a plan wants. Pure."""

from __future__ import annotations

from typing import Any

from routing.routers.base import ServicePlan
from routing.routers.istio.objects import plan_routes, plan_rule
from routing.routers.istio.ownership import is_ours

Document = dict[str, Any]


def compare(plan: ServicePlan, rule: Document | None, routes: Document | None) -> str:
    """One sentence about the first difference; empty when there is none."""
    for name, document in (("DestinationRule", rule), ("VirtualService", routes)):
        if document is None:
            return f"there is no {name} yet"
        if not is_ours(plan, document):
            return f"the {name} is not ours"
    if routes is not None and routes["spec"] != plan_routes(plan)["spec"]:
        return "the VirtualService routes otherwise"
    if rule is not None and not _has_subsets(plan, rule):
        return "the DestinationRule lacks a version, or has it with other labels"
    return ""


def _has_subsets(plan: ServicePlan, rule: Document) -> bool:
    standing = rule["spec"].get("subsets") or []
    planned = plan_rule(plan)["spec"]
    return rule["spec"].get("host") == planned["host"] and all(
        subset in standing for subset in planned["subsets"]
    )
