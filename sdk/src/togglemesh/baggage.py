"""Decisions in the W3C `baggage` header: reading, writing, removing, and matching in routes.

Pure and tolerant: nothing here raises for any header. Whatever a route's pattern could match
is what these functions take for a decision, so that nothing slips past the first hop.
"""

import re
from collections.abc import Iterator, Mapping

PREFIX = "feature."
GREATEST_HEADER = 8192  # bytes; W3C Baggage promises no more than this along the way
MOST_DECISIONS = 64

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def decisions_in(header: str | None) -> dict[str, str]:
    """Variant by feature. Of two members for one feature the last counts.

    Reads no more than the header's first 8192 bytes and 64 decisions.
    """
    decisions: dict[str, str] = {}
    for member in _members(_bounded(header or "")):
        feature, variant = _decision(member)
        if feature and variant and (feature in decisions or len(decisions) < MOST_DECISIONS):
            decisions[feature] = variant
    return decisions


def with_decisions(header: str | None, decisions: Mapping[str, str]) -> str:
    """The header without the decisions that it had, followed by these.

    Other members stay as they are and in order. When all together would be longer than 8192
    bytes, others are left out from the end: a decision lost is half a feature.
    """
    ours = [
        f"{PREFIX}{feature}={variant}"
        for feature, variant in decisions.items()
        if _NAME.fullmatch(feature) and _NAME.fullmatch(variant)
    ][:MOST_DECISIONS]
    others = [member for member in _members(header or "") if not _is_ours(member)]
    room = GREATEST_HEADER + 1 - sum(len(member) + 1 for member in ours)
    return ",".join([*_fitting(others, room), *ours])


def without_decisions(header: str | None) -> str:
    """The header without any decision; empty when nothing else was in it."""
    return with_decisions(header, {})


def route_pattern(feature: str, variant: str) -> str:
    """The RE2 expression that matches, in full, a header that carries the decision."""
    return rf"(.*,)?\s*feature\.{_escape(feature)}\s*=\s*{_escape(variant)}\s*([,;].*)?"


def _escape(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", lambda found: "\\" + found[0], name)


def _members(header: str) -> Iterator[str]:
    return (member for part in header.split(",") if (member := part.strip()))


def _bounded(header: str) -> str:
    if len(header) <= GREATEST_HEADER:
        return header
    # The last member may be cut in two, and half a value is another value.
    return header[:GREATEST_HEADER].rpartition(",")[0]


def _is_ours(member: str) -> bool:
    return member.startswith(PREFIX)


def _decision(member: str) -> tuple[str, str]:
    if not _is_ours(member):
        return "", ""
    name, _, rest = member[len(PREFIX) :].partition("=")
    feature, variant = name.strip(), rest.partition(";")[0].strip()
    sound = _NAME.fullmatch(feature) and _NAME.fullmatch(variant)
    return (feature, variant) if sound else ("", "")


def _fitting(members: list[str], room: int) -> Iterator[str]:
    for member in members:
        room -= len(member.encode("utf-8", "surrogatepass")) + 1
        if room < 0:
            return
        yield member
