"""A feature's document compiled: a decision afterwards parses nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from togglemesh.engine.careful import decide_stage
from togglemesh.engine.conditions import Segments, segments_named
from togglemesh.engine.decision import Decision, Reason
from togglemesh.engine.fields import Context
from togglemesh.engine.generate import generate
from togglemesh.engine.plan import Plan, Stage
from togglemesh.engine.planning import decisions_of, plan_feature
from togglemesh.engine.schedule import by_time

Decide = Callable[[Context], Decision]


@dataclass(frozen=True, slots=True)
class CompiledFeature:
    """Ready to decide. `decide` leaves prerequisites out of account (see prerequisites).

    `decisions_carried` has one decision for each variant that may arrive.
    """

    decide: Decide
    plan: Plan
    carried: bool
    segments: frozenset[str]
    decisions_carried: Mapping[str, Decision]
    decision_undecided: Decision | None


def compile_feature(
    document: Mapping[str, Any], segments: Segments, *, outcome: bool = False
) -> CompiledFeature:
    """Compiles a checked document; for `outcome` see plan_feature."""
    plan = plan_feature(document, segments, outcome=outcome)
    carried = decisions_of(document, Reason.CARRIED)
    undecided = decisions_of(document, Reason.UNDECIDED)
    return CompiledFeature(
        decide=_compile_plan(plan),
        plan=plan,
        carried=document.get("carried", False),
        segments=_segments(document),
        decisions_carried=carried,
        decision_undecided=undecided.get(document["off_variant"]),
    )


def _compile_plan(plan: Plan) -> Decide:
    stages = [(stage.since, _compile_stage(stage)) for stage in plan.stages]
    return stages[0][1] if len(stages) == 1 else by_time(stages)


def _compile_stage(stage: Stage) -> Decide:
    if not stage.enabled:
        return _always(stage.disabled)
    if not stage.lists and not any(rule.matchable for rule in stage.rules):
        return _always(stage.otherwise)
    return generate(stage, partial(decide_stage, stage))


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
