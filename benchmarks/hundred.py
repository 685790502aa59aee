"""The 100 features that the bulk answers are about, in an environment of their own.

In turn of each workload of `benchmarks.workloads`; `decided_on` is what everybody must answer.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from benchmarks.workloads import CONTEXT, WORKLOADS, make_feature, make_rule, make_snapshot
from benchmarks.world import World
from governance.changes import perform
from togglemesh.engine import Engine, Exposure

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
    """`server_key` opens OFREP; `client_key` the frontend API."""

    def __init__(self, world: World, count: int = COUNT) -> None:
        self.count = count
        self.server_key = _make_key(world, "server")
        self.client_key = _make_key(world, "client")
        _make_features(world, count)


def _make_key(world: World, kind: str) -> str:
    from accounts.changes import CreateApiKey  # noqa: PLC0415 - needs Django's setup

    return perform(
        world.by(), CreateApiKey(kind=kind, environment=ENVIRONMENT, name=f"hundred {kind}")
    )


def _make_features(world: World, count: int) -> None:
    from toggles import changes  # noqa: PLC0415 - needs Django's setup

    for key, rule in make_rules(count).items():
        perform(
            world.by(), changes.CreateFeature(key=key, name=key, owner="bench", client_side=True)
        )
        perform(
            world.by(),
            changes.SetExposure(
                feature=key,
                environment=ENVIRONMENT,
                exposure=Exposure.of(enabled=True, rules=[rule]),
                keep_options=True,
            ),
        )
