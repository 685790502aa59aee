"""What every client offers: `decide`, and typed questions that fall back to a default."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from togglemesh.engine import Decision

# Inside the class the names of the methods hide the built-in types.
Boolean = bool
Number = int | float

Context = Mapping[str, Any]
NESTED = (dict, list)  # what JSON has; asking for the class is faster than isinstance


class Decisions(ABC):
    """No method raises or waits; a value of another type than asked for gives the default."""

    @abstractmethod
    def decide(self, key: str, context: Context | None = None, default: Any = None) -> Decision:
        """The decision with its reason; the default is the value when there is no variant."""

    def bool(self, key: str, context: Context | None = None, default: Boolean = False) -> Boolean:
        value = self.decide(key, context, default).value
        return value if isinstance(value, Boolean) else default

    def string(self, key: str, context: Context | None = None, default: str = "") -> str:
        value = self.decide(key, context, default).value
        return value if isinstance(value, str) else default

    def number(self, key: str, context: Context | None = None, default: Number = 0) -> Number:
        value = self.decide(key, context, default).value
        return value if isinstance(value, Number) and not isinstance(value, Boolean) else default

    def json(self, key: str, context: Context | None = None, default: Any = None) -> Any:
        """Any JSON value; lists and objects are the caller's own to change."""
        return self.decide(key, context, default).value


def own_value(decision: Decision) -> Decision:
    """The decision with a value that the caller may change without changing anyone else's."""
    if decision.value.__class__ in NESTED:
        return replace(decision, value=deepcopy(decision.value))
    return decision
