"""Who has a feature in one environment, as one value: on or off, the rules, and the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from togglemesh.engine.documents.shapes import OptionsShape, RuleShape


@dataclass(frozen=True, slots=True)
class Exposure:
    """The content of one revision. Take its members as read-only; `with_…` make new ones."""

    enabled: bool
    rules: tuple[RuleShape, ...] = ()
    options: OptionsShape = field(default_factory=OptionsShape)

    @classmethod
    def of(
        cls,
        *,
        enabled: bool,
        rules: Sequence[Mapping[str, Any]] = (),
        options: Mapping[str, Any] | None = None,
    ) -> Exposure:
        """From parts as JSON has them; `validate_feature` checks them together with the feature."""
        typed = tuple(cast("RuleShape", rule) for rule in rules)
        return cls(enabled, typed, cast("OptionsShape", dict(options or {})))

    def switched(self, *, on: bool) -> Exposure:
        """The same, on or off."""
        return replace(self, enabled=on)

    def with_rules(self, rules: Sequence[Mapping[str, Any]]) -> Exposure:
        """The same with other rules."""
        return replace(self, rules=tuple(cast("RuleShape", rule) for rule in rules))

    def as_document(self) -> dict[str, Any]:
        """Its part of a feature's document (docs/wire.md)."""
        return {"enabled": self.enabled, "rules": list(self.rules), **self.options}

    def as_parts(self) -> dict[str, Any]:
        """As revisions are stored and shown: `enabled`, `rules`, `more`."""
        return {"enabled": self.enabled, "rules": list(self.rules), "more": dict(self.options)}
