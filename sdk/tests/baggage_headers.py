"""Baggage headers as they come, well made or not, for properties about who reads what in them."""

import re

from hypothesis import strategies as st

from togglemesh.baggage import route_patterns

FEATURES = ("x", "new-checkout", "new.checkout", "x_", "xx", "f", "feature.x", "a" * 50)
VARIANTS = ("on", "off", "v2", "on-2", "o")

spaces = st.sampled_from(
    ["", "", "", " ", "\t", " \t ", "\u00a0", "\u2003", "\u3000", "\x0b", "\x0c", "\x1f", "\x85"]
)
names = st.sampled_from([f"feature.{name}" for name in FEATURES]) | st.sampled_from(
    ["Feature.x", "FEATURE.x", "feature.X", "feature", "feature.", "eature.x", "ffeature.x"]
)
values = st.sampled_from(VARIANTS) | st.sampled_from(
    ["", "On", "o%6E", "%6Fn", "on%20", '"on"', "on on", "on=off", "caf\u00e9", "on\u00a0", "=on"]
)
properties = st.sampled_from(
    ["", "", ";", ";p=1", " ; p = 1 ;q", ";feature.x=off", ";\u00a0", ";%2C"]
)
others = st.sampled_from(
    [
        "",
        " ",
        "tenant=acme",
        "a=b;c=d",
        "x",
        "feature.x",
        "feature.x;p=1",
        "feature-sig.x=on",
        "=",
        ";",
        "k=" + "v" * 9000,
    ]
)
decisions = st.builds(
    "{}{}{}={}{}{}{}".format, spaces, names, spaces, spaces, values, spaces, properties
)
lines = st.lists(decisions | others, max_size=6).map(",".join)
many = st.integers(60, 200).map(lambda n: ",".join(f"feature.f{i}=on" for i in range(n)))
noise = st.text(st.sampled_from("feature.xon=,;\t %\u00a0\u00e9"), max_size=40)

# Several lines of one header count as one, joined by commas.
headers = st.lists(lines | lines | noise | many, min_size=1, max_size=3).map(",".join)


def routed(feature: str, variant: str, header: str) -> bool:
    """Whether the route of the variant takes the header."""
    patterns = route_patterns(feature, variant)
    carries = re.fullmatch(patterns.carries, header)
    return carries is not None and not re.fullmatch(patterns.doubled, header)
