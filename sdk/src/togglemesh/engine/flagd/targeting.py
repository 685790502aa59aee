"""Targeting by JsonLogic, as a feature's document holds it: its result names the variant."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from togglemesh.engine.decision import Decision
from togglemesh.engine.fields import Context
from togglemesh.engine.flagd.logic import Node, UnknownOperation, compile_logic
from togglemesh.engine.flagd.scope import Scope, constant
from togglemesh.engine.flagd.values import text


@dataclass(frozen=True, slots=True)
class Targeting:
    """`broken` is for a result that names no variant; no result gives `otherwise`."""

    node: Node
    decisions: Mapping[str, Decision]
    otherwise: Decision
    broken: Decision

    def decider(self) -> Callable[[Context], Decision]:
        run, decisions = self.node.run, self.decisions
        otherwise, broken = self.otherwise, self.broken

        def decide(context: Context) -> Decision:
            result = run(context)
            if result is None:
                return otherwise
            return decisions.get(result if type(result) is str else text(result), broken)

        return decide


def plan_targeting(
    document: Mapping[str, Any],
    decisions: Mapping[str, Decision],
    otherwise: Decision,
    broken: Decision,
) -> Targeting:
    """Logic that this version does not know decides nothing: the caller's default stands in."""
    scope = Scope(document["key"], document.get("fractional", "cbor"))
    try:
        node = compile_logic(document["targeting"], scope)
    except UnknownOperation as problem:
        node = Node(str(problem), constant(""))
    return Targeting(node, decisions, otherwise, broken)
