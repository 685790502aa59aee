"""The SDK and the routes read the same decisions in a header: else somebody gets half a feature."""

import re
from typing import Any

import pytest
import re2
from baggage_headers import FEATURES, VARIANTS, headers
from hypothesis import example, given, settings

from togglemesh.baggage import decisions_in, route_patterns, with_decisions
from togglemesh.carrying import carried_variant, carry, outgoing_baggage

COMPILED = {
    (feature, variant): [
        [kind(pattern) for pattern in (patterns.carries, patterns.doubled)]
        for kind in (re2.compile, re.compile)
    ]
    for feature in FEATURES
    for variant in VARIANTS
    for patterns in [route_patterns(feature, variant)]
}


def routed(header: str) -> dict[str, list[str]]:
    """Per feature the variants whose route matches, by both kinds of regular expression."""
    found: dict[str, list[str]] = {}
    for (feature, variant), kinds in COMPILED.items():
        mesh, python = [_takes(*patterns, header) for patterns in kinds]
        assert mesh == python
        if mesh:
            found.setdefault(feature, []).append(variant)
    return found


def _takes(carries: Any, doubled: Any, header: str) -> bool:
    return carries.fullmatch(header) is not None and doubled.fullmatch(header) is None


def read(header: str) -> dict[str, list[str]]:
    """What the SDK reads, as far as there are routes for it."""
    found = decisions_in(header)
    return {f: [v] for f, v in found.items() if (f, v) in COMPILED}


@settings(max_examples=400, deadline=None)
@given(headers)
@example("feature.x=on,feature.x=off")
@example("feature.x=on,  feature.x=off")
@example("feature.x=on,feature.x=on")
@example("feature.x=feature.x=on,a=1")
@example("feature.x=on,feature.x")
@example("feature.x=on,feature.x =\u00a0off")
@example("\u00a0feature.x=on")
@example("k=" + "v" * 9000 + ",feature.x=on")
def test_routes__any_header__match_what_the_sdk_carries(header: str) -> None:
    assert routed(header) == read(header)
    with carry(header):
        for feature in FEATURES:
            assert [carried_variant(feature)] == read(header).get(
                feature, [decisions_in(header).get(feature)]
            )


@settings(max_examples=200, deadline=None)
@given(headers)
def test_carry__any_header__next_hop_and_its_route_read_the_same_again(header: str) -> None:
    with carry(header):
        going = outgoing_baggage() or ""
    assert routed(going) == read(going)
    if len(decisions_in(header)) <= 64:
        assert decisions_in(going) == decisions_in(header)


@given(headers)
def test_first_hop__any_header__routes_follow_its_decision_alone(header: str) -> None:
    assert routed(with_decisions(header, {"x": "on"})) == {"x": ["on"]}


def test_header__bytes_that_are_no_utf8__neither_reads_a_decision() -> None:
    """Envoy matches bytes; frameworks hand them over as Latin-1."""
    raw = b"tenant=caf\xe9,feature.x=on"
    assert re2.compile(route_patterns("x", "on").carries.encode()).fullmatch(raw) is None
    assert decisions_in(raw.decode("latin-1")) == {}


@pytest.mark.parametrize("feature", ["x", "Z.z", "a-b_c.9", "z" * 50, "z" + "." * 49])
def test_route_patterns__any_name__are_short_enough_for_every_mesh(feature: str) -> None:
    patterns = route_patterns(feature, "v" + "." * 49)
    for pattern in (patterns.carries, patterns.doubled):
        assert len(pattern) <= 300  # Istio takes 1024
        assert re2.compile(pattern).programsize <= 150
    header = f"a=1,feature.{feature}=v{'.' * 49};p"
    assert re2.fullmatch(patterns.carries, header)
    assert re2.fullmatch(patterns.doubled, f"{header},feature.{feature} =")
