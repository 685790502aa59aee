"""The engine against Unleash's own, over states and contexts that Hypothesis makes up.

What is left out, and why:
- random stickiness, and `default` without any id: both draw lots, each its own;
- fields that Unleash does not know on the top level of a context: its SDKs sort them into
  `properties` first, as the contexts here have them;
- variants whose weights sum to 0: Unleash's engine panics (ours gives `disabled`);
- what Unleash's engine cannot compile (a segment that is not there, an unknown operator, a value
  that is no number, version, moment or percentage): it then switches off the whole feature, while
  the protocol and its Node SDK switch off the strategy alone, as ours does (test_unleash);
- a dependency on a variant of a feature that has none: Unleash's engine takes it as met, its Node
  SDK as not, as ours does; nor a dependency that wants the parent off, and yet a variant of it;
- dates on other fields than currentTime that are no whole moment, and applicationHostname,
  which each asks its own host: test_unleash has them.
"""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from unleash_documents import contexts, states
from yggdrasil_engine.engine import UnleashEngine

from togglemesh.engine import Engine


@pytest.fixture(scope="module")
def oracle() -> UnleashEngine:
    return UnleashEngine()


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(state=states, context=contexts)
def test_from_unleash__any_state__decides_as_unleash_does(
    oracle: UnleashEngine, state: dict[str, Any], context: dict[str, Any]
) -> None:
    oracle.take_state(json.dumps(state))
    engine = Engine.from_unleash(state)
    for feature in state["features"]:
        if asks_variant_of_none(feature, state) or asks_share_without_group(feature, state):
            continue
        name = feature["name"]
        ours = engine.decide(name, context)
        assert ours.enabled is oracle.is_enabled(name, context).is_enabled, name
        theirs = oracle.get_variant(name, context).variant
        if ours.enabled and theirs.enabled:
            assert (ours.variant, ours.value) == (theirs.name, value_of(theirs.payload))
        else:
            assert not theirs.enabled
            assert ours.variant in {"on", "off", "disabled"}


def value_of(payload: dict[str, str]) -> Any:
    readers = {"string": str, "json": json.loads, "number": int}
    try:
        return readers[payload["type"]](payload["value"])
    except ValueError:
        return payload["value"]


def asks_variant_of_none(feature: dict[str, Any], state: dict[str, Any]) -> bool:
    """Whether the feature depends on a variant of one that gives none, or hangs on such a one."""
    for one in feature["dependencies"]:
        parent = next((p for p in state["features"] if p["name"] == one["feature"]), None)
        if parent is None:
            continue
        if one.get("variants") and not parent["variants"]:
            return True
        if asks_variant_of_none(parent, state):
            return True
    return False


def asks_share_without_group(feature: dict[str, Any], state: dict[str, Any]) -> bool:
    """Whether a feature that this one depends on has a flexibleRollout without groupId."""
    named = {one["feature"] for one in feature["dependencies"]}
    parents = [one for one in state["features"] if one["name"] in named]
    return any(
        strategy["name"] == "flexibleRollout" and "groupId" not in strategy["parameters"]
        for parent in parents
        for strategy in parent["strategies"]
    )
