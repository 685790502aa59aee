"""What an environment decides, in the words of OFREP and of Unleash's frontend API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from togglemesh.engine import Decision, Engine
from toggles.evaluator.ofrep_answers import item_of
from toggles.evaluator.prepared import Prepared
from toggles.evaluator.together import Together
from toggles.evaluator.unleash.payloads import toggle_of


class Answers:
    """`one` is an OFREP answer; `every` and `client_side` the items of a bulk answer, for all
    features and for those that client keys get; `toggles` those of Unleash's frontend API that are
    on."""

    def __init__(self) -> None:
        self._features: dict[str, Any] = {}
        self.one = Prepared(item_of)
        self.every, self.client_side = Together(item_of), Together(item_of)
        self.toggles = Together(self._toggle)

    def renew(self, engine: Engine, features: dict[str, Any], client_side: Iterable[str]) -> None:
        """After a change: what it touched is said anew."""
        self._features = features
        self.one.forget()
        self.every.renew(engine, features)
        self.client_side.renew(engine, client_side)
        self.toggles.renew(engine, client_side)

    def _toggle(self, decision: Decision) -> bytes:
        return toggle_of(self._features[decision.key], decision)
