"""Changes: applied by number, once, whole, or not at all."""

from threading import Event, Thread
from typing import Any

import pytest
from wire_documents import change, constraint, feature, rule, segment, snapshot

from togglemesh.engine import ChangeGap, Engine, InvalidDocument, InvalidFeature, InvalidSegment

BETA = segment("beta", constraint("group", "IN", "beta"))
GAMMA = segment("beta", constraint("group", "IN", "gamma"))


@pytest.fixture
def engine() -> Engine:
    return Engine.from_snapshot(
        snapshot(feature(rules=[rule(segments=["beta"])]), feature("plain"), segments=(BETA,))
    )


def test_apply__next_number__takes_effect(engine: Engine) -> None:
    assert engine.apply(change(43, feature("plain", enabled=False))) is True
    assert engine.decide("plain", {}).reason == "DISABLED"
    assert engine.number == 43


def test_apply__number_that_is_in_already__has_no_effect(engine: Engine) -> None:
    assert engine.apply(change(42, feature("plain", enabled=False))) is False
    assert engine.decide("plain", {}).reason == "STATIC"
    assert engine.number == 42


def test_apply__number_skipped__raises_and_changes_nothing(engine: Engine) -> None:
    before = engine.snapshot()
    with pytest.raises(ChangeGap, match="change 44 came, but the last one applied is 42"):
        engine.apply(change(44, feature("plain", enabled=False)))
    assert engine.snapshot() == before


def test_apply__new_feature__is_known(engine: Engine) -> None:
    engine.apply(change(43, feature("third")))
    assert engine.features == {"new-checkout", "plain", "third"}
    assert engine.decide("third", {}).value is True


def test_apply__feature_removed__is_unknown(engine: Engine) -> None:
    engine.apply({"number": 43, "kind": "feature-removed", "key": "plain", "document": None})
    assert engine.decide("plain", {}).reason == "NOT_FOUND"
    assert "plain" not in engine.snapshot()["features"]


def test_apply__segment_changed__features_that_use_it_follow(engine: Engine) -> None:
    assert engine.affected(change(43, GAMMA, "segment")) == {"new-checkout"}
    engine.apply(change(43, GAMMA, "segment"))
    assert engine.decide("new-checkout", {"group": "gamma"}).variant == "on"
    assert engine.decide("new-checkout", {"group": "beta"}).variant == "off"
    assert engine.decide("plain", {}).variant == "on"


def test_apply__segment_removed__rules_that_use_it_match_nobody(engine: Engine) -> None:
    engine.apply({"number": 43, "kind": "segment-removed", "key": "beta", "document": None})
    assert engine.decide("new-checkout", {"group": "beta"}).variant == "off"


def test_apply__segment_after_the_feature__completes_it() -> None:
    engine = Engine.from_snapshot(snapshot(feature(rules=[rule(segments=["beta"])])))
    assert engine.decide("new-checkout", {"group": "beta"}).variant == "off"
    engine.apply(change(43, BETA, "segment"))
    assert engine.decide("new-checkout", {"group": "beta"}).variant == "on"


def test_apply__unknown_kind__is_skipped_and_counted(engine: Engine) -> None:
    assert engine.apply({"number": 43, "kind": "weather", "key": "k", "document": None}) is True
    assert (engine.number, engine.skipped) == (43, 1)


@pytest.mark.parametrize(
    ("broken", "refusal", "field"),
    [
        (
            change(43, feature(rules=[rule(percentage=140)])),
            InvalidFeature,
            "features.new-checkout.rules[0].percentage",
        ),
        (
            change(43, {"key": "beta", "constraints": 5}, "segment"),
            InvalidSegment,
            "segments.beta.constraints",
        ),
        ({"number": "43", "kind": "feature", "key": "k"}, InvalidDocument, "number"),
        ({"number": 43, "kind": "feature", "key": "k"}, InvalidDocument, "document"),
        ({"number": 43, "key": "k"}, InvalidDocument, "kind"),
        ([], InvalidDocument, "change"),
    ],
)
def test_apply__broken_change__is_refused_and_changes_nothing(
    engine: Engine, broken: Any, refusal: type[InvalidDocument], field: str
) -> None:
    before = engine.snapshot()
    with pytest.raises(refusal) as caught:
        engine.apply(broken)
    assert caught.value.field == field
    assert engine.snapshot() == before


def test_skip__broken_change__lets_the_next_follow(engine: Engine) -> None:
    engine.skip(change(43, feature(rules=[rule(percentage=140)])))
    assert engine.decide("new-checkout", {"group": "beta"}).variant == "on"
    assert engine.apply(change(44, feature("plain", enabled=False))) is True


def test_decide_all__while_changes_come__never_sees_half_a_change() -> None:
    """Both features hang on one segment; a reader must find them in the same state."""
    both = [feature(key, rules=[rule(segments=["beta"])]) for key in ("one", "two")]
    engine = Engine.from_snapshot(snapshot(*both, segments=(BETA,)))
    done, torn = Event(), []

    def read() -> None:
        while not done.is_set():
            found = {d.variant for d in engine.decide_all({"group": "beta"}).values()}
            if len(found) != 1:
                torn.append(found)

    reader = Thread(target=read)
    reader.start()
    for number in range(43, 643):
        engine.apply(change(number, BETA if number % 2 else GAMMA, "segment"))
    done.set()
    reader.join()
    assert torn == []
