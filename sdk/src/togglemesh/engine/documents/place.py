"""Where in a document a check looks, and how it says what is wrong there."""

import re
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from togglemesh.engine.documents.nesting import GREATEST_NESTING, is_too_deep

# Feature keys and variants travel in baggage and in routes' regular expressions unescaped.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}")
NAME_RULE = (
    "must be 1 to 50 letters, digits, dots, dashes or underscores, the first a letter or a digit"
)
_SHOWN = 60
_SAID_LEVELS = 8  # of a path that leads too deep; more of it helps nobody


class InvalidDocument(ValueError):
    """`field` is the path of what is wrong, `problem` the sentence about it."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


class InvalidFeature(InvalidDocument):
    """A feature's document is broken."""


class InvalidSegment(InvalidDocument):
    """A segment's document is broken."""


class InvalidContext(InvalidDocument):
    """An evaluation context is broken."""


class InvalidSnapshot(InvalidDocument):
    """A snapshot or a change is broken around its features and segments."""


class Place:
    """A value inside a document, where it is, and the kind of refusal that it raises.

    Loading makes some forty of them for each feature, so the path is put together only when there
    is something to refuse. `name` is a field's, or the index in a list.
    """

    __slots__ = ("_name", "_parent", "refusal", "value")

    def __init__(
        self,
        name: str | int,
        value: Any,
        refusal: type[InvalidDocument],
        parent: "Place | None" = None,
    ) -> None:
        self._name, self.value, self.refusal, self._parent = name, value, refusal, parent

    @property
    def path(self) -> str:
        above = self._parent.path if self._parent else ""
        if isinstance(self._name, int):
            return f"{above}[{self._name}]"
        return f"{above}.{self._name}" if above else self._name

    def holding(self, value: Any) -> "Place":
        """This place with another value in it."""
        return Place(self._name, value, self.refusal, self._parent)

    def refuse(self, problem: str) -> NoReturn:
        raise self.refusal(self.path or "document", problem)

    def refuse_value(self, rule: str) -> NoReturn:
        self.refuse(f"{rule}, got {_shown(self.value)}")

    def check_nesting(self) -> None:
        """Before anything that looks deeper, as some of that is recursive."""
        if is_too_deep(self.value):
            self._refuse_nesting()

    def _refuse_nesting(self) -> NoReturn:
        """Names the innermost place that can be said: the field with too much below it."""
        place = self
        for greatest in range(GREATEST_NESTING, GREATEST_NESTING - _SAID_LEVELS, -1):
            deeper = next(
                (one for one in place._parts() if is_too_deep(one.value, greatest - 1)), None
            )
            if deeper is None:
                break
            place = deeper
        place.refuse(f"is nested too deep: a document has {GREATEST_NESTING} levels at most")

    def _parts(self) -> "list[Place]":
        if isinstance(self.value, Mapping):
            return [self.field(name) for name in self.value]
        return self.items() if isinstance(self.value, list | tuple) else []

    def field(self, name: str, default: Any = None) -> "Place":
        """The named field; the default stands in for a missing one."""
        return Place(name, self.value.get(name, default), self.refusal, self)

    def given(self, *names: str) -> list["Place"]:
        """Those of the named fields that are there."""
        return [self.field(name) for name in names if name in self.value]

    def object(self) -> "Place":
        if not isinstance(self.value, Mapping):
            self.refuse_value("must be an object")
        return self

    def known_fields(self, known: Collection[str]) -> None:
        for name in self.value:
            if name not in known:
                self.field(str(name)).refuse(f"is not a field here; there are {', '.join(known)}")

    def items(self) -> list["Place"]:
        if not isinstance(self.value, list | tuple):
            self.refuse_value("must be a list")
        return [Place(i, item, self.refusal, self) for i, item in enumerate(self.value)]

    def boolean(self) -> None:
        if not isinstance(self.value, bool):
            self.refuse_value("must be true or false")

    def whole_number(self, low: int, high: int) -> int:
        if type(self.value) is not int or not low <= self.value <= high:
            self.refuse_value(f"must be a whole number from {low} to {high}")
        return self.value

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value:
            self.refuse_value("must be text")
        return self.value

    def name(self) -> str:
        if not isinstance(self.value, str) or not NAME.fullmatch(self.value):
            self.refuse_value(NAME_RULE)
        return self.value

    def one_of(self, known: Collection[str], what: str) -> str:
        if not isinstance(self.value, str) or self.value not in known:
            self.refuse_value(f"must be {what} ({', '.join(sorted(known)) or 'there is none'})")
        return self.value


def _shown(value: object) -> str:
    try:
        shown = repr(value)
    except (ValueError, RecursionError):  # integers of thousands of digits; deep nesting
        return f"a value of type {type(value).__name__} that is too large to show"
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
