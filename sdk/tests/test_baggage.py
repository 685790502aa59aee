"""Decisions in the baggage header."""

import pytest
from baggage_headers import routed
from hypothesis import example, given
from hypothesis import strategies as st

from togglemesh.baggage import (
    GREATEST_HEADER,
    MOST_DECISIONS,
    decisions_in,
    with_decisions,
    without_decisions,
)

pieces = st.sampled_from(
    [
        "feature.",
        "new-checkout",
        "x",
        "=",
        "on",
        "off",
        ",",
        ";",
        " ",
        "\t",
        "p=1",
        "a=b",
        ".",
        '"',
        "%2C",
    ]
)
headers = st.lists(pieces, max_size=25).map("".join) | st.text(
    st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=60
)
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, {}),
        ("", {}),
        ("tenant=acme", {}),
        ("feature.new-checkout=on", {"new-checkout": "on"}),
        ("a=b,feature.x=on;ttl=5,c=d", {"x": "on"}),
        (" feature.x = on ; p", {"x": "on"}),
        ("feature.x=on,feature.y=v2", {"x": "on", "y": "v2"}),
        ("feature.x=on,feature.x=off", {}),
        ("feature.x=on,feature.y=on, feature.x=on", {"y": "on"}),
        ("feature.x=on,feature.x=off,feature.x=on", {}),
        ("feature.x=on,feature.x =;p", {}),
        ("feature.x=,feature.x=on", {}),
        ("feature.x=on;feature.x=off,a=feature.x=off", {"x": "on"}),
        ("feature.x=on,feature.x=", {}),
        ("feature.x=on,feature.x=a b,feature.y=on", {"y": "on"}),
        ("feature.x=on,feature.x", {"x": "on"}),
        ("feature.x=on,feature.x;p=1", {"x": "on"}),
        ("feature.x=on,Feature.x=off,feature.xx=v,feature.=off", {"x": "on", "xx": "v"}),
        ("\u00a0feature.x=on", {}),
        ("feature.x\u2003=on", {}),
        ("\x1ffeature.x=on", {}),
        ("tenant=caf\u00e9,feature.x=on", {}),
        ("feature.a.b=on", {"a.b": "on"}),
        ("feature.x", {}),
        ("feature.=on", {}),
        ("feature.x=", {}),
        ("feature.x=a%20b", {}),
        ("Feature.x=on", {}),
        ("a=feature.x=on", {}),
        (",,;=,feature.x=on", {"x": "on"}),
    ],
)
def test_decisions_in__header__gives_its_decisions(
    header: str | None, expected: dict[str, str]
) -> None:
    assert decisions_in(header) == expected


@pytest.mark.parametrize(
    ("header", "decisions", "expected"),
    [
        (None, {}, ""),
        (None, {"x": "on"}, "feature.x=on"),
        ("tenant=acme;p=1", {"x": "on"}, "tenant=acme;p=1,feature.x=on"),
        ("feature.y=on,b=2,feature.x=on,a=1", {"x": "off"}, "b=2,a=1,feature.x=off"),
        ("feature.x=on", {}, ""),
        ("b = 2 ;q , a=1", {}, "b = 2 ;q,a=1"),
        ("a=1", {"x": "on", "y": "off"}, "a=1,feature.x=on,feature.y=off"),
        ("a=1", {"x y": "on", "z": "a,b"}, "a=1"),
        ("a=1,b=caf\u00e9,c=\r\nd,\u00a0feature.x=on,e=2", {"x": "on"}, "a=1,e=2,feature.x=on"),
    ],
)
def test_with_decisions__header__replaces_decisions_and_keeps_the_rest(
    header: str | None, decisions: dict[str, str], expected: str
) -> None:
    assert with_decisions(header, decisions) == expected


@given(headers, names, names)
@example("feature.x=on", "x", "on")
@example("a=1,\tfeature.x\t=\ton;p", "x", "on")
@example("\x0cfeature.x=on", "x", "on")
def test_without_decisions__any_header__leaves_nothing_that_a_route_matches(
    header: str, feature: str, variant: str
) -> None:
    left = without_decisions(header)
    assert decisions_in(left) == {}
    assert not routed(feature, variant, left)
    for known in ("x", "new-checkout"):
        assert not routed(known, "on", left)


@given(headers, st.dictionaries(names, names, max_size=4))
def test_with_decisions__any_header__is_read_back_and_routed(
    header: str, decisions: dict[str, str]
) -> None:
    written = with_decisions(header, decisions)
    assert decisions_in(written) == decisions
    assert with_decisions(written, decisions) == written
    for feature, variant in decisions.items():
        assert routed(feature, variant, written)
        assert not routed(feature, variant + "x", written)


def test_route_patterns__feature_with_a_dot__matches_only_the_dot() -> None:
    assert routed("a.b", "on", "feature.a.b=on")
    assert not routed("a.b", "on", "feature.aXb=on")


def test_with_decisions__more_than_may_be_written__writes_a_bounded_number() -> None:
    header = ",".join(f"feature.f{n}=on" for n in range(200))
    assert len(decisions_in(header)) == 200
    assert len(decisions_in(with_decisions(header, decisions_in(header)))) == MOST_DECISIONS


def test_with_decisions__no_room_for_all__keeps_decisions_and_drops_from_the_end() -> None:
    others = [f"k{n}=" + "v" * 1000 for n in range(10)]
    written = with_decisions(",".join(others), {"x": "on"})
    assert len(written) <= GREATEST_HEADER
    assert written.split(",") == [*others[:8], "feature.x=on"]
    assert len(with_decisions("a=" + "b" * (GREATEST_HEADER - 2), {})) == GREATEST_HEADER
