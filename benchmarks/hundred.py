"""The 100 features that the bulk answers are about, in an environment of their own.

In turn of each workload of `benchmarks.workloads`; `decided_on` is what everybody must answer.
"""

from __future__ import annotations

import inspect
from typing import Any
from urllib.parse import urlencode

from benchmarks.workloads import CONTEXT, WORKLOADS, make_feature, make_rule, make_snapshot
from benchmarks.world import World
from togglemesh.engine import Engine

COUNT = 100
ENVIRONMENT = "staging"
QUERY = urlencode(
    {
        "userId": CONTEXT["userId"],
        "properties[country]": CONTEXT["country"],
        "properties[plan]": CONTEXT["plan"],
    }
)


def make_rules(count: int) -> dict[str, dict[str, Any]]:
    """By feature, its one rule. The world's own feature is the last of the count: off here."""
    return {f"hundred-{n}": make_rule(WORKLOADS[n % 3]) for n in range(1, count)}


def decided_on(count: int) -> set[str]:
    snapshot = make_snapshot([], WORKLOADS[0])
    for key, rule in make_rules(count).items():
        snapshot["features"][key] = make_feature(key, WORKLOADS[0]) | {"rules": [rule]}
    decisions = Engine.from_snapshot(snapshot).decide_all(CONTEXT)
    return {key for key, decision in decisions.items() if decision.value}


class Hundred:
    """`server_key` opens OFREP; `client_key` the frontend API, "" where there is none."""

    def __init__(self, world: World, count: int = COUNT) -> None:
        self.count = count
        self.server_key = _make_key(world, "server")
        self.client_key = _make_key(world, "client")
        _make_features(world, count)


def _make_key(world: World, kind: str) -> str:
    from accounts import actions  # noqa: PLC0415 - needs Django's setup
    from governance.refusals import Invalid  # noqa: PLC0415

    try:
        return actions.create_api_key(
            world.by(), kind=kind, environment=ENVIRONMENT, name=f"hundred {kind}"
        )
    except Invalid:
        return ""


def _make_features(world: World, count: int) -> None:
    from toggles import actions  # noqa: PLC0415 - needs Django's setup

    known = inspect.signature(actions.create_feature).parameters
    marked = {"client_side": True} if "client_side" in known else {}
    for key, rule in make_rules(count).items():
        actions.create_feature(world.by(), key=key, name=key, owner="bench", **marked)  # type: ignore[arg-type]
        actions.set_exposure(
            world.by(), feature=key, environment=ENVIRONMENT, enabled=True, rules=[rule]
        )
