"""A feature's document compiled: a decision afterwards parses nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from togglemesh.engine.careful import decide_stage, first_listed
from togglemesh.engine.conditions import Segments, segments_named
from togglemesh.engine.decision import Decision, Reason
from togglemesh.engine.fields import Context
from togglemesh.engine.generate import generate
from togglemesh.engine.plan import Plan, Stage
from togglemesh.engine.planning import deciding, plan_feature
from togglemesh.engine.schedule import by_time

Decide = Callable[[Context], Decision]


@dataclass(frozen=True, slots=True)
class CompiledFeature:
    """Ready to decide. `decide` leaves prerequisites out of account (see prerequisites);
    `settled` is what every context gets, None when that depends on anything.
    """

    decide: Decide
    settled: Decision | None
    plan: Plan
    carried: bool
    segments: frozenset[str]
    document: Mapping[str, Any]

    def decide_carried(self, variant: str) -> Decision | None:
        """The decision that an earlier hop took; None when the variant is unknown."""
        if variant not in self.document["variants"]:
            return None
        return deciding(self.document, Reason.CARRIED)(variant)

    def decide_undecided(self) -> Decision | None:
        """The off variant, when an earlier hop should have decided; None without one."""
        off = self.document["off_variant"]
        return None if off is None else deciding(self.document, Reason.UNDECIDED)(off)


def compile_feature(
    document: Mapping[str, Any], segments: Segments, *, outcome: bool = False
) -> CompiledFeature:
    """Compiles a checked document; for `outcome` see plan_feature."""
    plan = plan_feature(document, segments, outcome=outcome)
    return CompiledFeature(
        decide=_compile_plan(plan),
        settled=plan.settled,
        plan=plan,
        carried=document.get("carried", False),
        segments=_segments(document),
        document=document,
    )


def _compile_plan(plan: Plan) -> Decide:
    stages = [(stage.since, _compile_stage(stage)) for stage in plan.stages]
    return stages[0][1] if len(stages) == 1 else by_time(stages)


def _compile_stage(stage: Stage) -> Decide:
    settled = stage.settled
    if settled is not None:
        return _always(settled)
    if stage.targeting is not None:
        return _listed_first(stage, stage.targeting.decider())
    return generate(stage, partial(decide_stage, stage))


def _listed_first(stage: Stage, decide: Decide) -> Decide:
    if not stage.lists:
        return decide

    def decide_listed(context: Context) -> Decision:
        listed = first_listed(stage.lists, context)
        return decide(context) if listed is None else listed.decision

    return decide_listed


def _always(decision: Decision) -> Decide:
    return lambda _context: decision


def _segments(document: Mapping[str, Any]) -> frozenset[str]:
    """Those that any rule names, now or by the schedule."""
    steps = (document, *document.get("schedule", ()))
    named: set[str] = set()
    for step in steps:
        for rule in step.get("rules", ()):
            named |= segments_named(rule)
    return frozenset(named)
