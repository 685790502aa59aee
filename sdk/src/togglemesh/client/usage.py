"""How often each variant was given, counted on the way of every decision."""

import itertools

from togglemesh.baggage import is_name

MOST_VARIANTS = 10_000  # of all features together; more are not counted
MOST_UNKNOWN = 1_000

Counts = dict[str, dict[str, int]]


class Usage:
    """Counts without a lock: `next` on a counter is one step for the interpreter, so no two
    threads can take the same number, and no decision ever waits for another.
    """

    def __init__(self) -> None:
        self._counters: dict[tuple[str, str | None], itertools.count[int]] = {}
        self._taken: dict[tuple[str, str | None], int] = {}
        self._unknown: set[str] = set()

    def count(self, feature: str, variant: str | None) -> None:
        """One more decision; without a variant only the feature's name is remembered."""
        try:
            next(self._counters[feature, variant])
        except KeyError:  # the first time, and what is not counted
            self._begin(feature, variant)

    def take(self) -> Counts:
        """What was counted since the last time. Called by one thread."""
        counts: Counts = {}
        for (feature, variant), counter in list(self._counters.items()):
            before = self._taken.get((feature, variant), 0)
            number = next(counter)  # how often `next` was called before, by whomever
            self._taken[feature, variant] = number + 1
            if number > before and variant and is_name(feature) and is_name(variant):
                counts.setdefault(feature, {})[variant] = number - before
        return counts

    def features(self) -> set[str]:
        """The features that were asked for, the unknown ones too."""
        asked = {feature for feature, _ in list(self._counters)} | set(self._unknown)
        return {feature for feature in asked if is_name(feature)}

    def _begin(self, feature: str, variant: str | None) -> None:
        if variant is None:
            if len(self._unknown) < MOST_UNKNOWN and is_name(feature):
                self._unknown.add(feature)
        elif len(self._counters) < MOST_VARIANTS:
            next(self._counters.setdefault((feature, variant), itertools.count()))
