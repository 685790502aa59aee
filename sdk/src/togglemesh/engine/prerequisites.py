"""Features that require others: any depth, and no way to hang on a circle.

A feature whose prerequisites are not met decides to its off variant. So does every feature whose
prerequisites lead into a circle: who writes documents refuses circles with `find_cycle`, but a
document may come from elsewhere.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from togglemesh.engine.compile import CompiledFeature
from togglemesh.engine.decision import Decision, Reason
from togglemesh.engine.documents.variants import names_disabled
from togglemesh.engine.fields import Context
from togglemesh.engine.plan import Prerequisite

Edges = Mapping[str, tuple[str, ...]]


class Network(Protocol):
    """All features; `cyclic` are those whose prerequisites lead into a circle."""

    @property
    def compiled(self) -> Mapping[str, CompiledFeature]: ...

    @property
    def cyclic(self) -> frozenset[str]: ...


def find_cycle(documents: Mapping[str, Mapping[str, Any]]) -> list[str] | None:
    """A circle among the features (by key) and their prerequisites, as in ["a", "b", "a"]."""
    edges = {key: edges_of(document) for key, document in documents.items()}
    stuck = leading_into_cycles(edges)
    if not stuck:
        return None
    path = [min(stuck)]
    while True:
        following = next(parent for parent in edges[path[-1]] if parent in stuck)
        if following in path:
            return [*path[path.index(following) :], following]
        path.append(following)


def edges_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of the features that a document requires."""
    return tuple(one["feature"] for one in document.get("prerequisites", ()))


def leading_into_cycles(edges: Edges) -> frozenset[str]:
    """The features whose prerequisites lead into a circle: what is left when those are taken
    away, again and again, that require nothing that is left.
    """
    left = {key: {one for one in required if one in edges} for key, required in edges.items()}
    requiring = _turned(left)
    free = [key for key, required in left.items() if not required]
    while free:
        key = free.pop()
        del left[key]
        for other in requiring.get(key, ()):
            left[other].discard(key)
            if not left[other]:
                free.append(other)
    return frozenset(left)


def requiring(keys: Iterable[str], edges: Edges) -> frozenset[str]:
    """The keys, and all features that require one of them, at any depth."""
    users = _turned(edges)
    found, waiting = set(keys), list(keys)
    while waiting:
        new = [user for user in users.get(waiting.pop(), ()) if user not in found]
        found.update(new)
        waiting += new
    return frozenset(found)


def decide_with_prerequisites(
    network: Network, feature: CompiledFeature, context: Context
) -> Decision:
    """The feature's decision, or its off variant when a prerequisite is not met."""
    decided: dict[str, Decision | None] = {}
    waiting = missing_of(network, feature, decided)
    while waiting:  # no recursion: chains of prerequisites may be longer than Python's stack
        key = waiting[-1]
        parent = network.compiled.get(key)
        deeper = missing_of(network, parent, decided) if parent is not None else []
        if deeper and key not in decided:
            waiting += deeper
            continue
        waiting.pop()
        if key not in decided:
            decided[key] = (
                None if parent is None else decide_after(network, parent, decided, context)
            )
    return decide_after(network, feature, decided, context)


def missing_of(
    network: Network, feature: CompiledFeature, decided: Mapping[str, Decision | None]
) -> list[str]:
    """The prerequisites of the feature that must be decided before it."""
    if feature.plan.key in network.cyclic:
        return []
    return [one.feature for one in feature.plan.prerequisites if one.feature not in decided]


def decide_after(
    network: Network,
    feature: CompiledFeature,
    decided: Mapping[str, Decision | None],
    context: Context,
) -> Decision:
    """The feature's decision once its prerequisites are decided."""
    plan = feature.plan
    own = feature.decide(context)
    if own.reason == Reason.DISABLED:
        return own
    if plan.key in network.cyclic:
        return plan.unmet
    met = all(is_met(network, one, decided.get(one.feature)) for one in plan.prerequisites)
    return own if met else plan.unmet


def is_met(network: Network, one: Prerequisite, decision: Decision | None) -> bool:
    """Whether the decision (None: no such feature) is what is required."""
    parent = network.compiled.get(one.feature)
    if decision is None or parent is None:
        return False
    if parent.plan.is_on(decision) is not one.enabled:
        return False
    if not one.enabled or one.variants is None or decision.variant in one.variants:
        return True
    document = parent.document
    return names_disabled(one.variants, document["variants"], document["off_variant"])


def _turned(edges: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    turned: dict[str, list[str]] = {}
    for key, required in edges.items():
        for one in required:
            turned.setdefault(one, []).append(key)
    return turned
