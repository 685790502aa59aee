"""What importing would do, found out by doing each feature and taking it back at once.

Each look is a short transaction of its own, so that other writers wait for one feature at the
longest, never for the whole file. What a feature needs of the file (segments that it names,
features that it requires) is done before it in the same transaction, where it is not in the
database yet.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from django.db import transaction

from toggles.imports.outcome import DONE, Outcome
from toggles.imports.wanted import Wanted, WantedFeature

Step = Callable[[], Outcome]


class Rehearsal:
    """Outcomes of steps that leave nothing behind. Parents come before what requires them."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self._new: dict[tuple[str, str], Step] = {}  # what is not in the database, by kind and key

    def of_segment(self, key: str, step: Step) -> Outcome:
        return self._try("segment", key, [], step)

    def of_feature(self, wanted: WantedFeature, step: Step) -> Outcome:
        return self._try("feature", wanted.key, list(self._needs(wanted, set())), step)

    def _try(self, kind: str, key: str, before: list[Step], step: Step) -> Outcome:
        with transaction.atomic():
            for needed in before:
                needed()
            outcome = step()
            transaction.set_rollback(True)
        if outcome.what in DONE:
            self._new[kind, key] = step
        return outcome

    def _needs(self, wanted: WantedFeature, seen: set[str]) -> Iterator[Step]:
        """The steps of what it needs and what these need, each once, parents first."""
        words = json.dumps([wanted.rules, wanted.more])
        for key in self.wanted.segments:
            if ("segment", key) in self._new and json.dumps(key) in words:
                yield self._new["segment", key]
        for key in required(wanted):
            if ("feature", key) in self._new and key not in seen:
                seen.add(key)
                yield from self._needs(self.wanted.features[key], seen)
                yield self._new["feature", key]


def required(wanted: WantedFeature) -> list[str]:
    """The keys of the features that it requires."""
    return [one.get("feature") for one in wanted.more.get("prerequisites", ())]
