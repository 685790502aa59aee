"""From our constraints to Unleash's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from togglemesh.engine.fields import text_of
from togglemesh.engine.operators import OPERATORS
from toggles.evaluator.unleash.unsayable import Unsayable

Document = Mapping[str, Any]
Said = dict[str, Any]

MANY = frozenset({"IN", "NOT_IN", "STR_STARTS_WITH", "STR_ENDS_WITH", "STR_CONTAINS", "IN_CIDR"})
DATES = frozenset({"DATE_AFTER", "DATE_BEFORE"})
ONE = DATES | {
    *("NUM_EQ", "NUM_GT", "NUM_GTE", "NUM_LT", "NUM_LTE"),
    *("SEMVER_EQ", "SEMVER_GT", "SEMVER_GTE", "SEMVER_LT", "SEMVER_LTE"),
    "REGEX",
}
FOLDED = frozenset({"STR_STARTS_WITH", "STR_ENDS_WITH", "STR_CONTAINS", "REGEX"})
NOW = frozenset({"currentTime", "now"})


class Impossible(Exception):
    """Holds for nobody: an operator or a segment in it is unknown."""


def say_all(documents: Sequence[Document]) -> list[Said]:
    """Raises Unsayable, and Impossible for what our engine does not know."""
    return [say(document) for document in documents]


def say(document: Document) -> Said:
    """One constraint as Unleash has it."""
    operator, field = document["operator"], context_name(document["field"])
    _check(document)
    values = [text for text in map(text_of, document.get("values", ())) if text is not None]
    said: Said = {
        "contextName": "currentTime" if field in NOW else field,
        "operator": operator,
        "inverted": document.get("inverted", False),
        "caseInsensitive": document.get("case_insensitive", False),
        "values": values if operator in MANY else [],
    }
    if operator in ONE:
        if len(values) != 1:
            raise Unsayable(f"{operator} with {len(values)} values")
        said["value"] = values[0]
    return said


def inverted(said: Said) -> Said:
    """The same constraint, the other way round."""
    return {**said, "inverted": not said["inverted"]}


def context_name(field: str) -> str:
    """OpenFeature's name of the user is not known to Unleash."""
    return "userId" if field == "targetingKey" else field


def _check(document: Document) -> None:
    operator = document["operator"]
    if operator not in OPERATORS:
        raise Impossible
    if operator not in MANY | ONE:
        raise Unsayable(f"the operator {operator}")
    if document.get("case_insensitive") and operator not in FOLDED:
        raise Unsayable(f"{operator} without regard to case")
    if operator in DATES and document["field"] not in NOW:
        raise Unsayable(f"{operator} of another field than currentTime")
