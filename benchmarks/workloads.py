"""The three questions that every engine is asked, and 1,000 features of each."""

from __future__ import annotations

from typing import Any, Literal

Workload = Literal["on for all", "50 % by user id", "country in 20, plan, 50 %"]

EVERYONE: Workload = "on for all"
HALF: Workload = "50 % by user id"
COUNTRY_AND_PLAN: Workload = "country in 20, plan, 50 %"
WORKLOADS: tuple[Workload, ...] = (EVERYONE, HALF, COUNTRY_AND_PLAN)

FEATURES = 1_000
USER, COUNTRY, PLAN = "user-123456", "DE", "pro"
COUNTRIES = [f"{first}{second}" for first in "ABCDE" for second in "DEKL"]
CONTEXT = {"userId": USER, "country": COUNTRY, "plan": PLAN}


def make_keys(count: int) -> list[str]:
    return [f"feature-{number}" for number in range(count)]


def make_snapshot(keys: list[str], workload: Workload) -> dict[str, Any]:
    """The document of docs/wire.md with one feature for each key."""
    return {
        "format": 1,
        "environment": "bench",
        "number": 0,
        "segments": {},
        "features": {key: make_feature(key, workload) for key in keys},
    }


def make_feature(key: str, workload: Workload) -> dict[str, Any]:
    return {
        "key": key,
        "enabled": True,
        "revision": 1,
        "variants": {"off": {"value": False}, "on": {"value": True}},
        "off_variant": "off",
        "rules": [make_rule(workload)],
    }


def make_rule(workload: Workload) -> dict[str, Any]:
    wanted = [
        {"field": "country", "operator": "IN", "values": COUNTRIES},
        {"field": "plan", "operator": "IN", "values": [PLAN]},
    ]
    share = {} if workload == EVERYONE else {"stickiness": "userId"}
    return {
        "id": "rule",
        "constraints": wanted if workload == COUNTRY_AND_PLAN else [],
        "percentage": 100 if workload == EVERYONE else 50,
        **share,
        "split": [{"variant": "on", "weight": 1}],
    }
