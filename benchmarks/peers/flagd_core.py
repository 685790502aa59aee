"""flagd's evaluator alone, as its in-process provider calls it."""

from __future__ import annotations

import json
from typing import Any

from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.evaluation_context import EvaluationContext

from benchmarks.peers.base import Peer
from benchmarks.workloads import (
    CONTEXT,
    COUNTRIES,
    COUNTRY_AND_PLAN,
    EVERYONE,
    PLAN,
    USER,
    Workload,
)


def build(keys: list[str], workload: Workload) -> Peer:
    core = FlagdCore()
    core.set_flags(json.dumps(make_definition(keys, workload)))
    context = EvaluationContext(USER, dict(CONTEXT))
    return Peer(lambda key: core.resolve_boolean_value(key, False, context).value)


def make_definition(keys: list[str], workload: Workload) -> dict[str, Any]:
    flag = {"state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "on"}
    if workload != EVERYONE:
        flag["targeting"] = _targeting(workload)
    return {"flags": dict.fromkeys(keys, flag)}


def _targeting(workload: Workload) -> dict[str, Any]:
    half = {"fractional": [["on", 50], ["off", 50]]}
    if workload != COUNTRY_AND_PLAN:
        return half
    right = [{"in": [{"var": "country"}, COUNTRIES]}, {"==": [{"var": "plan"}, PLAN]}]
    return {"if": [{"and": right}, half, "off"]}
