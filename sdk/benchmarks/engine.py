"""How long one decision takes, beside others' SDKs in the same run.

    uv run --group bench python sdk/benchmarks/engine.py

Peers that are not installed are left out. Each holds 1,000 features; the figure is the least
mean of several rounds, in nanoseconds, the loop itself taken off.
"""

import gc
import json
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from mmh3 import mmh3_32_uintdigest

from togglemesh.engine import Engine

FEATURES, ROUNDS, CALLS = 1_000, 7, 20_000
COUNTRIES = [f"{first}{second}" for first in "ABCDE" for second in "DEKL"]
CONTEXT = {"userId": "user-123456", "country": "DE", "plan": "pro"}
WORKLOADS = ("on for all", "50 % by user id", "country of 20, plan, 50 %")

Decide = Callable[[str], object]


def rule_of(workload: int) -> dict[str, Any]:
    constraints = [
        {"field": "country", "operator": "IN", "values": COUNTRIES},
        {"field": "plan", "operator": "IN", "values": ["pro"]},
    ]
    return {
        "id": "rule",
        "constraints": constraints if workload == 2 else [],
        "percentage": 100 if workload == 0 else 50,
        "split": [{"variant": "on", "weight": 1}],
    }


def feature(key: str, workload: int) -> dict[str, Any]:
    return {
        "key": key,
        "enabled": True,
        "variants": {"off": {"value": False}, "on": {"value": True}},
        "off_variant": "off",
        "rules": [rule_of(workload)],
    }


def snapshot(keys: list[str], workload: int) -> dict[str, Any]:
    features = {key: feature(key, workload) for key in keys}
    return {
        "format": 1,
        "environment": "bench",
        "number": 0,
        "segments": {},
        "features": features,
    }


def togglemesh(keys: list[str], workload: int) -> Decide:
    decide = Engine.from_snapshot(snapshot(keys, workload)).decide
    return lambda key: decide(key, CONTEXT)


def bare(_keys: list[str], workload: int) -> Decide:
    """What nobody can do without: the look-ups and the hash, written by hand for one feature."""
    countries = frozenset(COUNTRIES)

    def decide(key: str, context: dict[str, str] = CONTEXT) -> bool:
        if workload == 0:
            return True
        if workload == 2 and not (context["country"] in countries and context["plan"] == "pro"):
            return False
        return mmh3_32_uintdigest(f"{key}:{context['userId']}".encode()) % 100 < 50

    return decide


def growthbook(keys: list[str], workload: int) -> Decide:
    conditions = {"country": {"$in": COUNTRIES}, "plan": "pro"} if workload == 2 else {}
    rule: dict[str, Any] = {"force": True, "condition": conditions}
    if workload:
        rule |= {"coverage": 0.5, "hashAttribute": "userId"}
    features = {key: {"defaultValue": False, "rules": [rule]} for key in keys}
    made = import_module("growthbook").GrowthBook(attributes=CONTEXT, features=features)
    is_on: Decide = made.is_on
    return is_on


def unleash(keys: list[str], workload: int) -> Decide:
    asked = [("country", COUNTRIES), ("plan", ["pro"])] if workload == 2 else []
    constraints = [{"contextName": n, "operator": "IN", "values": v} for n, v in asked]
    parameters = {"rollout": "50", "stickiness": "userId", "groupId": "g"}
    strategy = {
        "name": "flexibleRollout" if workload else "default",
        "parameters": parameters if workload else {},
        "constraints": constraints,
    }
    features = [{"name": key, "enabled": True, "strategies": [strategy]} for key in keys]
    engine = import_module("yggdrasil_engine.engine").UnleashEngine()
    engine.take_state(json.dumps({"version": 2, "features": features}))
    properties = {"country": "DE", "plan": "pro"}
    context = {"userId": CONTEXT["userId"], "properties": properties}
    return lambda key: engine.is_enabled(key, context)


def flagd(keys: list[str], workload: int) -> Decide:
    share: Any = {"fractional": [["on", 50], ["off", 50]]} if workload else "on"
    if workload == 2:
        right = [{"in": [{"var": "country"}, COUNTRIES]}, {"==": [{"var": "plan"}, "pro"]}]
        share = {"if": [{"and": right}, share, "off"]}
    flag = {"state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "on"}
    core = import_module("openfeature.contrib.tools.flagd.core").FlagdCore()
    flags = {key: flag | ({"targeting": share} if workload else {}) for key in keys}
    core.set_flags(json.dumps({"flags": flags}))
    evaluation = import_module("openfeature.evaluation_context")
    context = evaluation.EvaluationContext(CONTEXT["userId"], CONTEXT)
    return lambda key: core.resolve_boolean_value(key, False, context)


PEERS: dict[str, tuple[str, Callable[[list[str], int], Decide]]] = {
    "a bare function": ("mmh3", bare),
    "togglemesh": ("togglemesh", togglemesh),
    "GrowthBook": ("growthbook", growthbook),
    "Unleash (its engine)": ("yggdrasil_engine", unleash),
    "flagd (its core)": ("cbor2", flagd),
}


def nanoseconds(call: Callable[[Any], object], argument: Any) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.perf_counter_ns()
        for _ in range(CALLS):
            call(argument)
        best = min(best, time.perf_counter_ns() - begin)
    return best / CALLS


def empty(_argument: Any) -> None:
    """Called to learn what the loop and the call themselves take."""


def loading() -> None:
    keys = [f"feature-{n}" for n in range(10_000)]
    whole = snapshot(keys, 2)
    whole["features"] = {key: feature(key, n % 3) for n, key in enumerate(keys)}
    begin = time.perf_counter()
    engine = Engine.from_snapshot(whole)
    loaded = time.perf_counter() - begin
    took = []
    for number in range(1, 201):
        change = {
            "number": number,
            "kind": "feature",
            "key": keys[number],
            "document": feature(keys[number], number % 3),
        }
        begin = time.perf_counter()
        engine.apply(change)
        took.append(time.perf_counter() - begin)
    print(f"loading 10,000 features: {loaded:.2f} s; cpu bound, one thread")
    print(f"one changed feature of them: {sorted(took)[100] * 1e6:.0f} µs (median)")


def main() -> None:
    gc.disable()
    keys = [f"feature-{n}" for n in range(FEATURES)]
    loop = nanoseconds(empty, None)
    print(f"{'ns for one decision':24}", *(f"{name:>26}" for name in WORKLOADS))
    for name, (module, build) in PEERS.items():
        if find_spec(module) is None:
            continue
        figures = [nanoseconds(build(keys, w), keys[500]) - loop for w in range(3)]
        print(f"{name:24}", *(f"{figure:26.0f}" for figure in figures))
    loading()


if __name__ == "__main__":
    main()
