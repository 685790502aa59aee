"""An import into one environment changes no other: its segments get names of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.changes import CreateTeam, ensure_environments
from governance.changes import perform
from tests.toggles.test_imports import BY, run
from togglemesh.engine import Engine, Exposure
from toggles import changes
from toggles.models import Segment
from toggles.reads import last_number, snapshot

GOLD = [{"field": "plan", "operator": "IN", "values": ["gold"]}]
FREE = [{"field": "plan", "operator": "IN", "values": ["free"]}]
OLD = {"properties": {"plan": "gold"}}
NEW = {"properties": {"plan": "free"}}


def rule(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "split": [{"variant": "on", "weight": 1}], **more}


def document(constraints: Any = None) -> dict[str, Any]:
    asks = {"any": [{"segment": "beta"}]}
    schedule = [{"at": "2030-01-31T12:00:00Z", "rules": [rule("later", segments=["beta"])]}]
    both = {"variants": changes.ON_AND_OFF, "off_variant": "off", "enabled": True}
    return {
        "format": "togglemesh/1",
        "segments": {"beta": {"name": "Beta", "constraints": constraints or FREE}},
        "features": {
            "imported": {
                **both,
                "rules": [rule("listed", segments=["beta"]), rule("asked", when=asks)],
                "more": {"schedule": schedule, "metadata": {"segment": "beta"}},
            }
        },
    }


@pytest.fixture(autouse=True)
def other_features(db: None) -> None:
    """`theirs` asks for the segment in staging."""
    ensure_environments()
    perform(BY, CreateTeam(key="shop", name="Shop"))
    perform(BY, changes.SetSegment("beta", "Beta", GOLD))
    perform(BY, changes.CreateFeature(key="theirs", name="Theirs", owner="shop"))
    exposure = Exposure.of(enabled=True, rules=[rule("beta", segments=["beta"])])
    perform(BY, changes.SetExposure("theirs", "staging", exposure))


def decided(environment: str, feature: str, context: dict[str, Any]) -> str | None:
    return Engine.from_snapshot(snapshot(environment)).decide(feature, context).variant


def test_import__segment_with_another_content__brought_in_under_a_name_of_its_own(
    tmp_path: Path,
) -> None:
    before = snapshot("staging")["segments"]["beta"]
    told = run("import", tmp_path, document())
    assert "created  segment beta-production: the segment beta has another content" in told
    assert snapshot("staging")["segments"]["beta"] == before
    assert decided("staging", "theirs", OLD) == "on"
    found = [decided("production", "imported", who) for who in (NEW, OLD)]
    assert found == ["on", "off"]
    stored = snapshot("production")["features"]["imported"]
    assert stored["schedule"][0]["rules"][0]["segments"] == ["beta-production"]
    assert stored["metadata"] == {"segment": "beta"}


def test_import__the_same_again__is_all_same_and_makes_no_third_segment(tmp_path: Path) -> None:
    run("import", tmp_path, document())
    number = last_number("production")
    assert "0 created, 0 changed, 2 same, 0 refused" in run("import", tmp_path, document())
    assert last_number("production") == number
    assert Segment.objects.count() == 2


def test_import__changed_again_since__gets_yet_another_name(tmp_path: Path) -> None:
    run("import", tmp_path, document())
    other = [{**FREE[0], "values": ["trial"]}]
    assert "segment beta-production-2" in run("import", tmp_path, document(other))
    assert decided("production", "imported", {"properties": {"plan": "trial"}}) == "on"


def test_import__overwrite_while_others_ask_for_it__own_name_and_told_who(tmp_path: Path) -> None:
    told = run("import", tmp_path, document(), "--overwrite-segments")
    assert "beta-production: the segment beta has another content, which the feature theirs" in told
    assert decided("staging", "theirs", OLD) == "on"


def test_import__overwrite_and_nobody_else_asks_for_it__is_changed(tmp_path: Path) -> None:
    perform(BY, changes.SetExposure("theirs", "staging", Exposure(enabled=False)))
    assert "changed  segment beta\n" in run("import", tmp_path, document(), "--overwrite-segments")
    assert Segment.objects.get().constraints == FREE


def test_import__check__tells_the_same_and_keeps_nothing(tmp_path: Path) -> None:
    number = last_number("production")
    checked = run("import", tmp_path, document(), "--check")
    assert last_number("production") == number
    assert checked.splitlines()[:-1] == run("import", tmp_path, document()).splitlines()[:-1]


def test_import__long_keys__own_names_are_keys_too(tmp_path: Path) -> None:
    long = "b" * 50
    perform(BY, changes.SetSegment(long, "Long", GOLD))
    asked = document()
    asked["segments"] = {long: {"name": "Long", "constraints": FREE}}
    asked["features"]["imported"] |= {"rules": [rule("r", segments=[long])], "more": {}}
    assert f"created  segment {'b' * 39}-production" in run("import", tmp_path, asked)
