"""GrowthBook with the features and the attributes given: one object for one user."""

from __future__ import annotations

from typing import Any

from growthbook import GrowthBook

from benchmarks.peers.base import Peer
from benchmarks.workloads import (
    CONTEXT,
    COUNTRIES,
    COUNTRY_AND_PLAN,
    EVERYONE,
    PLAN,
    Workload,
)


def build(keys: list[str], workload: Workload) -> Peer:
    rule: dict[str, Any] = {"force": True}
    if workload == COUNTRY_AND_PLAN:
        rule["condition"] = {"country": {"$in": COUNTRIES}, "plan": PLAN}
    if workload != EVERYONE:
        # Version 1 of its hash is all or nothing for keys that differ in the last letters only.
        rule |= {"coverage": 0.5, "hashAttribute": "userId", "hashVersion": 2}
    features = {key: {"defaultValue": False, "rules": [rule]} for key in keys}
    made = GrowthBook(attributes=dict(CONTEXT), features=features)
    return Peer(made.is_on, made.destroy)
