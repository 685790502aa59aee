"""Decisions in the W3C `baggage` header: reading, writing, removing, and matching in routes.

Pure and tolerant: nothing here raises for any header. Whatever a route's pattern could match
is what these functions take for a decision, so that nothing slips past the first hop.
"""

import re
from collections.abc import Iterator, Mapping

PREFIX = "feature."
SIGNATURE_PREFIX = "feature-sig."
GREATEST_HEADER = 8192  # bytes; W3C Baggage promises no more than this along the way
MOST_DECISIONS = 64

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def is_name(text: str) -> bool:
    """Whether a feature or a variant may be called so."""
    return len(text) <= 50 and _NAME.fullmatch(text) is not None


def decisions_in(header: str | None) -> dict[str, str]:
    """Variant by feature. Of two members for one feature the last counts.

    Reads no more than the header's first 8192 bytes and 64 decisions.
    """
    return _read(header, PREFIX)


def signatures_in(header: str | None) -> dict[str, str]:
    """Signature by feature, within the same bounds."""
    return _read(header, SIGNATURE_PREFIX)


def with_decisions(
    header: str | None,
    decisions: Mapping[str, str],
    signatures: Mapping[str, str] | None = None,
) -> str:
    """The header without the decisions that it had, followed by these and their signatures.

    Other members stay as they are and in order. When all together would be longer than 8192
    bytes, others are left out from the end, then signatures: a decision lost is half a feature.
    """
    ours = [
        f"{PREFIX}{feature}={variant}"
        for feature, variant in decisions.items()
        if _NAME.fullmatch(feature) and _NAME.fullmatch(variant)
    ][:MOST_DECISIONS]
    room = GREATEST_HEADER + 1 - sum(len(member) + 1 for member in ours)
    if signatures:
        signed = list(_fitting(_signatures(decisions, signatures), room))
        room -= sum(len(member) + 1 for member in signed)
        ours += signed
    others = [member for member in _members(header or "") if not _is_ours(member)]
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
    return member.startswith((PREFIX, SIGNATURE_PREFIX))


def _read(header: str | None, prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for member in _members(_bounded(header or "")):
        feature, value = _pair(member, prefix)
        if feature and value and (feature in found or len(found) < MOST_DECISIONS):
            found[feature] = value
    return found


def _pair(member: str, prefix: str) -> tuple[str, str]:
    if not member.startswith(prefix):
        return "", ""
    name, _, rest = member[len(prefix) :].partition("=")
    feature, value = name.strip(), rest.partition(";")[0].strip()
    sound = _NAME.fullmatch(feature) and _NAME.fullmatch(value)
    return (feature, value) if sound else ("", "")


def _signatures(decisions: Mapping[str, str], signatures: Mapping[str, str]) -> list[str]:
    return [
        f"{SIGNATURE_PREFIX}{feature}={signature}"
        for feature, signature in signatures.items()
        if feature in decisions and _NAME.fullmatch(feature) and _NAME.fullmatch(signature)
    ][:MOST_DECISIONS]


def _fitting(members: list[str], room: int) -> Iterator[str]:
    for member in members:
        room -= len(member.encode("utf-8", "surrogatepass")) + 1
        if room < 0:
            return
        yield member
