"""Decisions in the W3C `baggage` header: reading, writing, removing, and matching in routes.

Pure and tolerant: nothing here raises for any header. `decisions_in` and `route_patterns` read the
same members: where a service and the route in front of it disagree, somebody gets half a feature.
"""

import re
from collections.abc import Iterator, Mapping

from togglemesh.baggage_pattern import RoutePatterns, member_patterns

PREFIX = "feature."
SIGNATURE_PREFIX = "feature-sig."
GREATEST_HEADER = 8192  # bytes that are written; W3C Baggage promises no more along the way
MOST_DECISIONS = 64  # that are written

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_ILLEGAL = re.compile(r"[^\t -~]")
_SPACE = " \t"  # what HTTP allows around a member; Python's own idea of space is wider


def is_name(text: str) -> bool:
    """Whether a feature or a variant may be called so."""
    return len(text) <= 50 and _NAME.fullmatch(text) is not None


def decisions_in(header: str | None) -> dict[str, str]:
    """Variant by feature. A feature with several members has no decision, whatever their values. A
    header with other characters than printable ASCII and tabs has none at all, as its bytes could
    be read in several ways.
    """
    return _read(header, PREFIX)


def signatures_in(header: str | None) -> dict[str, str]:
    """Signature by feature, by the same rules."""
    return _read(header, SIGNATURE_PREFIX)


def with_decisions(
    header: str | None,
    decisions: Mapping[str, str],
    signatures: Mapping[str, str] | None = None,
) -> str:
    """The header without the decisions that it had, followed by these and their signatures.

    Other members stay as they are and in order. Beside decisions, those with characters that no
    baggage may have are left out: because of them nobody would read the decisions. When all would
    be longer than 8192 bytes, others are left out from the end, then signatures: a decision lost
    is half a feature.
    """
    ours = [
        f"{PREFIX}{feature}={variant}"
        for feature, variant in decisions.items()
        if is_name(feature) and is_name(variant)
    ][:MOST_DECISIONS]
    room = GREATEST_HEADER + 1 - sum(len(member) + 1 for member in ours)
    if signatures:
        signed = list(_fitting(_signatures(decisions, signatures), room))
        room -= sum(len(member) + 1 for member in signed)
        ours += signed
    others = [
        member
        for member in _members(header or "")
        if not (_is_ours(member) or (ours and _ILLEGAL.search(member)))
    ]
    return ",".join([*_fitting(others, room), *ours])


def without_decisions(header: str | None) -> str:
    """The header without any decision; empty when nothing else was in it."""
    return with_decisions(header, {})


def route_patterns(feature: str, variant: str) -> RoutePatterns:
    """What a header must match, and must not match, to carry the decision."""
    return member_patterns(PREFIX + feature, variant)


def _members(header: str) -> Iterator[str]:
    members = (part.strip(_SPACE) for part in header.split(","))
    return (member for member in members if member)


def _is_ours(member: str) -> bool:
    # Not trimmed as HTTP says only: what looks like a decision to anyone does not stay.
    return member.lstrip().startswith((PREFIX, SIGNATURE_PREFIX))


def _read(header: str | None, prefix: str) -> dict[str, str]:
    if not header or prefix not in header or _ILLEGAL.search(header):
        return {}
    found: dict[str, str] = {}
    for name, value in _pairs(header, prefix):
        found[name] = "" if name in found else value  # twice is as undecided as no value
    return {name: value for name, value in found.items() if is_name(name) and is_name(value)}


def _pairs(header: str, prefix: str) -> Iterator[tuple[str, str]]:
    for member in _members(header):
        name, sign, rest = member.partition("=")
        if sign and name.startswith(prefix):
            value = rest.partition(";")[0]
            yield name[len(prefix) :].rstrip(_SPACE), value.strip(_SPACE)


def _signatures(decisions: Mapping[str, str], signatures: Mapping[str, str]) -> list[str]:
    return [
        f"{SIGNATURE_PREFIX}{feature}={signature}"
        for feature, signature in signatures.items()
        if feature in decisions and is_name(feature) and is_name(signature)
    ][:MOST_DECISIONS]


def _fitting(members: list[str], room: int) -> Iterator[str]:
    for member in members:
        room -= len(member.encode("utf-8", "surrogatepass")) + 1
        if room < 0:
            return
        yield member
