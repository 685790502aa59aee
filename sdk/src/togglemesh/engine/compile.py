"""A feature's document compiled to closures: a decision afterwards parses nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from togglemesh.engine.constraints import Test, compile_constraint
from togglemesh.engine.decision import Decision, Reason
from togglemesh.engine.fields import Context
from togglemesh.engine.shares import Choose, compile_share, compile_split, live_parts

Segments = Mapping[str, Mapping[str, Any]]
Matches = Callable[[Context], Decision | None]


@dataclass(frozen=True, slots=True)
class CompiledFeature:
    """Ready to decide. `decisions_carried` has one decision for each variant that may arrive."""

    decide: Callable[[Context], Decision]
    carried: bool
    segments: frozenset[str]
    decisions_carried: Mapping[str, Decision]
    decision_undecided: Decision


def compile_feature(document: Mapping[str, Any], segments: Segments) -> CompiledFeature:
    """Compiles a checked document; a rule that can never match is left out."""
    rules = document.get("rules", [])
    return CompiledFeature(
        decide=_compile_decide(document, segments),
        carried=document.get("carried", False),
        segments=frozenset(key for rule in rules for key in rule.get("segments", [])),
        decisions_carried=_decisions(document, Reason.CARRIED),
        decision_undecided=_off(document, Reason.UNDECIDED),
    )


def _compile_decide(
    document: Mapping[str, Any], segments: Segments
) -> Callable[[Context], Decision]:
    if not document["enabled"]:
        return _always(_off(document, Reason.DISABLED))
    compiled = (_compile_rule(document, rule, segments) for rule in document.get("rules", []))
    rules = tuple(rule for rule in compiled if rule is not None)
    otherwise = _off(document, Reason.DEFAULT)
    if not rules:
        return _always(otherwise)

    def decide(context: Context) -> Decision:
        for matches in rules:
            decision = matches(context)
            if decision is not None:
                return decision
        return otherwise

    return decide


def _always(decision: Decision) -> Callable[[Context], Decision]:
    return lambda _context: decision


def _compile_rule(
    document: Mapping[str, Any], rule: Mapping[str, Any], segments: Segments
) -> Matches | None:
    tests = _compile_tests(rule, segments)
    if tests is None or rule.get("percentage", 100) == 0:
        return None
    share = compile_share(document["key"], rule)
    decisions = _decisions(document, _reason(rule, tests, share), rule["id"])
    choose = compile_split(document["key"], rule, decisions)
    return _rule(tests if share is None else (*tests, share), choose)


def _rule(tests: tuple[Test, ...], choose: Choose) -> Matches:
    def matches(context: Context) -> Decision | None:
        for test in tests:
            if not test(context):
                return None
        return choose(context)

    return matches


def _compile_tests(rule: Mapping[str, Any], segments: Segments) -> tuple[Test, ...] | None:
    """All that must hold; None when a segment or an operator is unknown: then nothing does."""
    constraints = list(rule.get("constraints", []))
    for key in rule.get("segments", []):
        if key not in segments:
            return None
        constraints += segments[key]["constraints"]
    tests = [compile_constraint(constraint) for constraint in constraints]
    known = tuple(test for test in tests if test is not None)
    return known if len(known) == len(tests) else None


def _reason(rule: Mapping[str, Any], tests: tuple[Test, ...], share: Test | None) -> Reason:
    if rule.get("percentage", 100) < 100 or len(live_parts(rule)) > 1:
        return Reason.SPLIT
    return Reason.TARGETING_MATCH if tests or share is not None else Reason.STATIC


def _decisions(
    document: Mapping[str, Any], reason: Reason, rule: str | None = None
) -> dict[str, Decision]:
    return {
        name: Decision(
            key=document["key"],
            variant=name,
            value=variant["value"],
            enabled=document["enabled"],
            reason=reason.value,
            rule=rule,
            revision=document.get("revision"),
        )
        for name, variant in document["variants"].items()
    }


def _off(document: Mapping[str, Any], reason: Reason) -> Decision:
    return _decisions(document, reason)[document["off_variant"]]
