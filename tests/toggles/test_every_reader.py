"""What is stored has been read by everything that will read it; what breaks is left out alone."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Environment, Team
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from governance.refusals import Invalid
from tests.api.caller import everything
from togglemesh.engine import Exposure
from togglemesh.engine.documents import GREATEST_NESTING
from toggles import changes, every_reader
from toggles.imports import ours
from toggles.imports.files import read_yaml
from toggles.words import safely_in_words

BY = Authorship(system("ada"), "because")


@pytest.fixture
def feature(environments: dict[str, Environment], team: Team) -> str:
    return perform(BY, changes.CreateFeature(key="dark-mode", name="Dark mode", owner="shop")).key


def expose(feature: str, more: dict[str, Any]) -> None:
    perform(
        BY,
        changes.SetExposure(
            feature=feature,
            environment="production",
            exposure=Exposure.of(enabled=True, rules=[], options=more),
        ),
    )


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("reader", list(every_reader.FEATURE_READERS))
def test_set_exposure__a_reader_cannot_take_it__refused_before_it_is_stored(
    feature: str, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(_: Any) -> None:
        raise ArithmeticError

    readers = {**every_reader.FEATURE_READERS, reader: break_down}
    monkeypatch.setattr(every_reader, "FEATURE_READERS", readers)
    before = everything()
    with pytest.raises(Invalid, match=reader):
        expose(feature, {"metadata": {"a": 1}})
    assert everything() == before


@pytest.mark.parametrize(
    "metadata", [{"a": "\0"}, {"a": "\ud800"}, {"a": 2**64}, {"a": 1e300}, {"a": float("nan")}]
)
def test_set_exposure__value_that_cannot_be_kept__refused_with_its_place(
    feature: str, metadata: dict[str, Any]
) -> None:
    with pytest.raises(Invalid, match=r"^more: metadata\.a"):
        expose(feature, {"metadata": metadata})


def test_variants__nested_to_the_limit__stored_exported_and_read_back(feature: str) -> None:
    deepest = {"off": {"value": False}, "on": {"value": nested(GREATEST_NESTING - 3)}}
    perform(BY, changes.SetVariants(feature=feature, variants=deepest, off_variant="off"))
    document = read_yaml(ours.write("production").encode())
    assert document["features"][feature]["variants"] == deepest
    deeper = {**deepest, "on": {"value": nested(GREATEST_NESTING - 2)}}
    with pytest.raises(Invalid, match=r"variants\.on\.value"):
        perform(BY, changes.SetVariants(feature=feature, variants=deeper, off_variant="off"))


def test_words__document_is_broken__a_sentence_all_the_same() -> None:
    told = safely_in_words(True, [], {"schedule": [{"at": None}], "lists": [{}]})
    assert "broken" in told
