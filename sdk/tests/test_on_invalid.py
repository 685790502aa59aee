"""One broken part of a document that comes from elsewhere, where the caller says what becomes."""

from typing import Any

import pytest

from togglemesh.engine import Engine, InvalidDocument

GOOD = {"name": "good", "enabled": True}
GOOD_FLAG = {"state": "ENABLED", "variants": {"on": True}, "defaultVariant": "on"}


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ("text", "features[1]"),
        ({"enabled": True}, "features[1].name"),
        ({"name": "bad", "enabled": "yes"}, "features[1].enabled"),
        ({"name": "bad", "enabled": True, "strategies": [7]}, "features[1].strategies[0]"),
        ({"name": "bad", "enabled": True, "dependencies": 7}, "features[1].dependencies"),
    ],
)
def test_from_unleash__broken_feature__told_or_raised(broken: Any, place: str) -> None:
    state = {"features": [GOOD, broken, GOOD | {"name": "better"}]}
    with pytest.raises(InvalidDocument) as raised:
        Engine.from_unleash(state)
    assert raised.value.field == place
    told: list[InvalidDocument] = []
    engine = Engine.from_unleash(state, on_invalid=told.append)
    assert [one.field for one in told] == [place]
    assert engine.features == {"good", "better"}
    assert engine.decide("better", {}).enabled is True


@pytest.mark.parametrize("broken", ["text", {"id": 2, "constraints": 7}])
def test_from_unleash__broken_segment__takes_nobody_in_the_strategies_that_name_it(
    broken: Any,
) -> None:
    named = GOOD | {"name": "named", "strategies": [{"name": "default", "segments": [2]}]}
    state = {"features": [GOOD, named], "segments": [{"id": 1, "constraints": []}, broken]}
    told: list[InvalidDocument] = []
    engine = Engine.from_unleash(state, on_invalid=told.append)
    assert len(told) == 1
    assert told[0].field.startswith("segments[1]")
    assert engine.decide("good", {}).enabled is True
    assert engine.decide("named", {}).enabled is False


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ("text", "flags.bad"),
        (GOOD_FLAG | {"state": "MAYBE"}, "flags.bad.state"),
        (GOOD_FLAG | {"defaultVariant": "no"}, "flags.bad.defaultVariant"),
        (GOOD_FLAG | {"metadata": [1]}, "flags.bad.metadata"),
        (GOOD_FLAG | {"targeting": {"$ref": "gone"}}, "$evaluators.gone"),
    ],
)
def test_from_flagd__broken_flag__told_or_raised(broken: Any, place: str) -> None:
    definition = {"flags": {"good": GOOD_FLAG, "bad": broken}}
    with pytest.raises(InvalidDocument) as raised:
        Engine.from_flagd(definition)
    assert raised.value.field == place
    told: list[InvalidDocument] = []
    engine = Engine.from_flagd(definition, on_invalid=told.append)
    assert [one.field for one in told] == [place]
    assert engine.features == {"good"}


@pytest.mark.parametrize(
    ("read", "document"),
    [
        (Engine.from_unleash, 7),
        (Engine.from_unleash, {"features": 7}),
        (Engine.from_flagd, 7),
        (Engine.from_flagd, {"flags": 7}),
    ],
)
def test_document__broken_around_its_parts__raised_all_the_same(read: Any, document: Any) -> None:
    with pytest.raises(InvalidDocument):
        read(document, on_invalid=lambda _: None)
