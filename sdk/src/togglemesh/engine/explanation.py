"""What an explanation is made of: for programs as it stands, for people by `lines`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from togglemesh.engine.decision import Decision

INDENT = "  "


@dataclass(frozen=True, slots=True)
class Looked:
    """One thing that was looked at: whether it `held`, what was `asked`, what was `seen` (None
    for nothing), and the parts that it is made of.
    """

    kind: str  # "constraint", "all", "any", "not", "segment", "unknown", "operation"
    asked: str
    seen: Any
    held: bool
    parts: tuple["Looked", ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        seen = "" if self.kind not in ("constraint", "operation") else f", saw {_shown(self.seen)}"
        yield f"{INDENT * depth}{_sign(self.held)} {self.asked}{seen}"
        for part in self.parts:
            yield from part.lines(depth + 1)


@dataclass(frozen=True, slots=True)
class LookedAtShare:
    """`id` is what was hashed (None: by chance, or left out), `place` its place from 1 to 100."""

    percentage: int
    stickiness: str
    group: str
    id: str | None
    place: float | None
    held: bool

    def lines(self, depth: int = 0) -> Iterator[str]:
        if self.id is not None:
            how = f"{self.stickiness} {self.id!r} of group {self.group!r} has place {self.place}"
        elif self.place is not None:
            how = f"no id to hash, chance gave {self.place:.1f}"
        else:
            how = f"{self.stickiness} is absent, which leaves the context out"
        yield f"{INDENT * depth}{_sign(self.held)} share of {self.percentage} %: {how}"


@dataclass(frozen=True, slots=True)
class LookedAtList:
    """A list of ids: `seen` is the context's."""

    id: str
    field: str
    seen: str | None
    held: bool
    variant: str | None

    def lines(self, depth: int = 0) -> Iterator[str]:
        asked = f"list {self.id!r} holds {self.field}, saw {_shown(self.seen)}"
        yield f"{INDENT * depth}{_sign(self.held)} {asked}"


@dataclass(frozen=True, slots=True)
class LookedAtRule:
    """`share` is None when it takes all, or when the conditions did not hold. `variant` is what
    the rule gives, None when it did not match.
    """

    id: str
    conditions: tuple[Looked, ...]
    share: LookedAtShare | None
    lists: tuple[LookedAtList, ...]
    matched: bool
    variant: str | None

    def lines(self, depth: int = 0) -> Iterator[str]:
        gives = f" and gives {self.variant!r}" if self.matched else ""
        word = "matches" if self.matched else "does not match"
        yield f"{INDENT * depth}{_sign(self.matched)} rule {self.id!r} {word}{gives}"
        for condition in self.conditions:
            yield from condition.lines(depth + 1)
        if self.share is not None:
            yield from self.share.lines(depth + 1)
        for one in self.lists:
            yield from one.lines(depth + 1)


@dataclass(frozen=True, slots=True)
class LookedAtPrerequisite:
    """`explanation` is the required feature's own; None when it is unknown or in a circle."""

    feature: str
    wanted: str
    seen: str
    held: bool
    explanation: "Explanation | None"

    def lines(self, depth: int = 0) -> Iterator[str]:
        asked = f"requires {self.feature!r} {self.wanted}, which is {self.seen}"
        yield f"{INDENT * depth}{_sign(self.held)} {asked}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a decision comes out as it does. `since` is the moment of the scheduled change that
    holds; rules after the first that matched were not looked at.
    """

    decision: Decision
    enabled: bool
    since: float | None
    prerequisites: tuple[LookedAtPrerequisite, ...]
    lists: tuple[LookedAtList, ...]
    rules: tuple[LookedAtRule, ...]
    targeting: Looked | None = None

    def lines(self) -> list[str]:
        """A line for each thing that was looked at, indented under what it belongs to."""
        decision = self.decision
        found = [f"{decision.key}: {decision.variant!r} because {decision.reason}"]
        if not self.enabled:
            found.append(f"{INDENT}✗ the feature is not enabled")
        found += [line for one in self.prerequisites for line in one.lines(1)]
        found += [line for one in self.lists for line in one.lines(1)]
        found += [line for one in self.rules for line in one.lines(1)]
        if self.targeting is not None:
            found.extend(self.targeting.lines(1))
        return found


def _sign(held: bool) -> str:
    return "✓" if held else "✗"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    try:
        text = repr(value)
    except Exception:  # a value of the caller's own making may break in any way
        return f"a {type(value).__name__}"
    return text if len(text) <= 80 else text[:80] + "…"
