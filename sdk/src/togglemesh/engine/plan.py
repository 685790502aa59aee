"""What a feature's document says, made ready: code is generated from it, explanations walk it."""

from dataclasses import dataclass

from togglemesh.engine.conditions import Condition
from togglemesh.engine.decision import Decision
from togglemesh.engine.fields import Reader
from togglemesh.engine.flagd.targeting import Targeting


@dataclass(frozen=True, slots=True)
class Sticky:
    """How an id is found. `fields` are asked in order; with none of them: `chance` decides, or
    nobody is taken.
    """

    name: str
    fields: tuple[str, ...]
    read: Reader
    chance: bool


@dataclass(frozen=True, slots=True)
class Share:
    """`group` and the id are hashed together; places 1 to `percentage` are taken."""

    group: str
    percentage: int
    sticky: Sticky


@dataclass(frozen=True, slots=True)
class Split:
    """`bounds` are the sums of the weights up to each part; `decisions` the parts' outcomes."""

    group: str
    bounds: tuple[int, ...]
    decisions: tuple[Decision, ...]
    sticky: Sticky


@dataclass(frozen=True, slots=True)
class IdList:
    """Gives one decision to those whose field is among the ids."""

    id: str
    field: str
    read: Reader
    ids: frozenset[str]
    decision: Decision


@dataclass(frozen=True, slots=True)
class Rule:
    """`matchable` is False when something in it is unknown, or its share is 0."""

    id: str
    conditions: tuple[Condition, ...]
    share: Share | None
    lists: tuple[IdList, ...]
    split: Split
    matchable: bool

    @property
    def settled(self) -> Decision | None:
        """What every context gets by this rule; None when that depends on the context."""
        takes_all = not (self.conditions or self.lists or self.share)
        one_way = len(self.split.decisions) == 1
        return self.split.decisions[0] if takes_all and one_way else None


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """`variants` None takes any; `enabled` False wants the feature off."""

    feature: str
    enabled: bool
    variants: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Stage:
    """A feature's rules from the moment `since` on (seconds since 1970; None: from ever).

    `otherwise` is for whom no rule matches; `targeting` stands in the place of the rules.
    """

    since: float | None
    enabled: bool
    lists: tuple[IdList, ...]
    rules: tuple[Rule, ...]
    disabled: Decision
    otherwise: Decision
    targeting: Targeting | None = None

    @property
    def settled(self) -> Decision | None:
        """What every context gets; None when that depends on the context."""
        if not self.enabled:
            return self.disabled
        if self.targeting is not None or self.lists:
            return None
        first = next((rule for rule in self.rules if rule.matchable), None)
        return self.otherwise if first is None else first.settled


@dataclass(frozen=True, slots=True)
class Plan:
    """The first stage has no beginning; the others follow in time."""

    key: str
    prerequisites: tuple[Prerequisite, ...]
    unmet: Decision
    stages: tuple[Stage, ...]
    outcome: bool

    @property
    def settled(self) -> Decision | None:
        """What every context gets, now and later; None when that depends on anything."""
        return self.only_stage.settled if self.only_stage else None

    @property
    def only_stage(self) -> Stage | None:
        """The stage that decides alone, now and later; None when anything else has a say."""
        alone = len(self.stages) == 1 and not self.prerequisites
        return self.stages[0] if alone else None

    def is_on(self, decision: Decision) -> bool:
        """Whether a decision of the feature counts as on, for those that require it."""
        if self.outcome:
            return decision.enabled
        return decision.variant is not None and decision.variant != self.unmet.variant

    @property
    def always_has_variant(self) -> bool:
        """False when a context can be left to the caller's default."""
        ways_out = [self.unmet]
        for stage in self.stages:
            ways_out += [stage.disabled, stage.otherwise]
        found = all(decision.variant is not None for decision in ways_out)
        return found and all(stage.targeting is None for stage in self.stages)
