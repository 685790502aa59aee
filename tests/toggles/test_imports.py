"""Files from elsewhere: after the import everyone has what they had, and nothing happens twice."""

import json
import random
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.changes import CreateTeam, ensure_environments
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from togglemesh.engine import Engine, Exposure
from toggles import changes, reads
from toggles.models import Change, Feature, Revision

BY = Authorship(system("ada"), "because")
SEGMENTS = [
    {
        "id": 1,
        "name": "beta",
        "constraints": [{"contextName": "plan", "operator": "IN", "values": ["gold"]}],
    },
    {
        "id": 2,
        "name": "odd",
        "constraints": [{"contextName": "age", "operator": "NUM_GT", "value": "x"}],
    },
]
CONTEXTS = [
    {"userId": str(n), "sessionId": f"s{n % 7}", "properties": {"plan": plan, "age": str(n % 60)}}
    for n in range(60)
    for plan in ("gold", "free")
]


def strategy(pick: random.Random) -> dict[str, Any]:
    rollout = {"rollout": str(pick.randrange(101)), "stickiness": "default", "groupId": "g"}
    constraint = pick.choice(
        [
            {"contextName": "plan", "operator": "NOT_IN", "values": ["gold"]},
            {"contextName": "age", "operator": "NUM_LT", "value": "30", "inverted": True},
            {"contextName": "age", "operator": "NUM_LT", "value": "thirty"},
            {"contextName": "userId", "operator": "STR_ENDS_WITH", "values": ["1", "3"]},
        ]
    )
    return {
        "name": pick.choice(["flexibleRollout", "default", "someOther"]),
        "parameters": rollout,
        "constraints": [constraint] if pick.random() < 0.6 else [],
        "segments": [pick.choice([1, 2, 9])] if pick.random() < 0.3 else [],
    }


def unleash(seed: int, count: int = 25) -> dict[str, Any]:
    pick = random.Random(seed)
    payload = {"type": "json", "value": '{"size": [1, 2]}'}
    variants = [{"name": "a", "weight": 300, "payload": payload}, {"name": "b", "weight": 700}]
    features = [
        {
            "name": f"shop.Feature_{n}",
            "enabled": pick.random() < 0.9,
            "strategies": [strategy(pick) for _ in range(pick.randrange(3))],
            "variants": variants if pick.random() < 0.4 else [],
            "dependencies": [{"feature": "shop.Feature_0"}] if n > 20 else [],
        }
        for n in range(count)
    ]
    return {"version": 2, "features": features, "segments": SEGMENTS}


FLAGD = {
    "$evaluators": {"gold": {"in": [{"var": "properties.plan"}, ["gold"]]}},
    "flags": {
        "plain": {
            "state": "ENABLED",
            "variants": {"on": True, "off": False},
            "defaultVariant": "on",
        },
        "dark": {
            "state": "DISABLED",
            "variants": {"on": True, "off": False},
            "defaultVariant": "on",
        },
        "aimed": {
            "state": "ENABLED",
            "variants": {"red": "#f00", "blue": "#00f"},
            "defaultVariant": "blue",
            "targeting": {"if": [{"ends_with": [{"var": "sessionId"}, "3"]}, "red", None]},
        },
        "parted": {
            "state": "ENABLED",
            "variants": {"one": {"n": 1}, "two": {"n": 2}},
            "defaultVariant": "one",
            "targeting": {"fractional": [{"var": "userId"}, ["one", 30], ["two", 70]]},
        },
        "open": {"state": "ENABLED", "variants": {"low": 1, "high": 2.5}},
    },
}


@pytest.fixture(autouse=True)
def team(db: None) -> None:
    ensure_environments()
    perform(BY, CreateTeam(key="shop", name="Shop"))


def run(command: str, tmp_path: Path, document: Any, *options: str) -> str:
    file = tmp_path / ("file.json" if not isinstance(document, str) else "file.yaml")
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    out = StringIO()
    call_command(command, str(file), "--environment", "production", *options, stdout=out)
    return out.getvalue()


def engine() -> Engine:
    return Engine.from_snapshot(reads.snapshot("production"))


def decided(by: Engine, context: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {key: (one.variant, one.value) for key, one in by.decide_all(context).items()}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_import_unleash__generated_state__everyone_keeps_what_they_had(
    tmp_path: Path, seed: int
) -> None:
    state = unleash(seed)
    assert " 0 refused" in run("import_unleash", tmp_path, state)
    ours, theirs = engine(), Engine.from_unleash(state)
    assert len(theirs.features) == 25
    for context in CONTEXTS:
        assert decided(ours, context) == decided(theirs, context)


def test_import_flagd__every_sort_of_flag__decides_as_flagd_does(tmp_path: Path) -> None:
    assert "5 created, 0 changed, 0 same, 0 refused" in run("import_flagd", tmp_path, FLAGD)
    ours, theirs = engine(), Engine.from_flagd(FLAGD)
    for context in CONTEXTS:
        assert decided(ours, context) == decided(theirs, context)
    off = Engine.from_snapshot(reads.snapshot("staging"))
    assert off.decide("plain", {}).value is False


def test_import_unleash__again__changes_nothing(tmp_path: Path) -> None:
    run("import_unleash", tmp_path, unleash(1))
    before = (Revision.objects.count(), Change.objects.count())
    told = run("import_unleash", tmp_path, unleash(1))
    assert "0 created, 0 changed, 26 same, 0 refused" in told
    assert (Revision.objects.count(), Change.objects.count()) == before


def test_import_unleash__check__says_all_and_changes_nothing(tmp_path: Path) -> None:
    told = run("import_unleash", tmp_path, unleash(1), "--check")
    assert "26 created" in told
    assert "created  feature shop.Feature_3" in told
    assert not Feature.objects.exists()


def test_import_unleash__some_cannot_be__refused_with_the_reason_others_come(
    tmp_path: Path,
) -> None:
    features = [
        {"name": "good", "enabled": True, "strategies": []},
        {"name": "~odd", "enabled": True, "strategies": []},
        {"name": "orphan", "enabled": True, "dependencies": [{"feature": "gone"}]},
        {"name": "egg", "enabled": True, "dependencies": [{"feature": "hen"}]},
        {"name": "hen", "enabled": True, "dependencies": [{"feature": "egg"}]},
    ]
    told = run("import_unleash", tmp_path, {"features": features})
    assert "1 created, 0 changed, 0 same, 4 refused" in told
    assert "refused  feature ~odd: key: '~odd' cannot be used" in told
    assert "there is no feature 'gone'" in told
    assert "egg: prerequisites: egg needs hen, which needs egg." in told
    assert list(Feature.objects.values_list("key", flat=True)) == ["good"]


BROKEN = {
    "import_unleash": (
        {"features": [{"name": "good", "enabled": True}, {"name": "bad", "enabled": 7}]},
        "features[1].enabled",
    ),
    "import_flagd": (
        {"flags": {"good": FLAGD["flags"]["plain"], "bad": {"state": "MAYBE"}}},
        "flags.bad.state",
    ),
    "import": (
        "format: togglemesh/1\nfeatures: {bad: 7, good: "
        + json.dumps({"enabled": True, "off_variant": "x", "variants": {"x": {"value": 1}}})
        + "}\n",
        "features.bad",
    ),
}


@pytest.mark.parametrize("command", BROKEN)
def test_import__something_cannot_be_read__refuses_the_file_unless_it_may_be_skipped(
    command: str, tmp_path: Path
) -> None:
    document, place = BROKEN[command]
    with pytest.raises(CommandError, match=re.escape(place)):
        run(command, tmp_path, document)
    assert not Feature.objects.exists()
    told = run(command, tmp_path, document, "--on-invalid", "skip")
    assert f"refused  part {place}: " in told
    assert "1 created, 0 changed, 0 same, 1 refused" in told
    assert list(Feature.objects.values_list("key", flat=True)) == ["good"]


def test_import_unleash__variant_is_another_where_the_feature_is_on__refused(
    tmp_path: Path,
) -> None:
    def state(text: str) -> dict[str, Any]:
        payload = {"type": "string", "value": text}
        variants = [{"name": "a", "weight": 1000, "payload": payload}]
        return {"features": [{"name": "colour", "enabled": True, "variants": variants}]}

    run("import_unleash", tmp_path, state("red"))
    assert "1 changed" in run("import_unleash", tmp_path, state("blue"))
    rule = {"id": "all", "split": [{"variant": "a", "weight": 1}]}
    perform(
        BY,
        changes.SetExposure(
            feature="colour",
            environment="staging",
            exposure=Exposure.of(enabled=True, rules=[rule]),
            keep_options=True,
        ),
    )
    assert "has another value in environments" in run("import_unleash", tmp_path, state("green"))
    assert engine().decide("colour", {"userId": "1"}).value == "blue"


def test_export__then_import_into_another__the_same_again(tmp_path: Path) -> None:
    run("import_unleash", tmp_path, unleash(2))
    run("import_flagd", tmp_path, FLAGD)
    out = StringIO()
    call_command("export", environment="production", stdout=out)
    assert " 0 changed, 31 same" in run("import", tmp_path, out.getvalue())
    file = tmp_path / "file.yaml"
    call_command("import", str(file), environment="staging", stdout=StringIO())
    production, staging = (reads.snapshot(one)["features"] for one in ("production", "staging"))
    assert all(
        {**one, "revision": 0} == {**staging[key], "revision": 0} for key, one in production.items()
    )
