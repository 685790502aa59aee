"""JsonLogic compiled to closures: a decision looks at no rule's text again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from togglemesh.engine.flagd import lists, operators
from togglemesh.engine.flagd.fractional import PLACES, choose, pick, weights_of
from togglemesh.engine.flagd.scope import Run, Scope, constant, variable

GREATEST_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Node:
    """One operation, with what it works on; `run` gives its value for a context."""

    name: str
    run: Run
    parts: tuple["Node", ...] = ()


class UnknownOperation(ValueError):
    """An operation that this version does not know, or one with too few arguments."""


def compile_logic(logic: Any, scope: Scope, depth: int = GREATEST_DEPTH) -> Node:
    """Raises UnknownOperation."""
    if depth == 0:
        raise UnknownOperation(f"must not be nested deeper than {GREATEST_DEPTH}")
    if isinstance(logic, list):
        parts = tuple(compile_logic(one, scope, depth - 1) for one in logic)
        return _list(parts)
    if not isinstance(logic, Mapping) or len(logic) != 1:
        return Node(repr(logic), constant(logic))
    name, given = next(iter(logic.items()))
    arguments = given if isinstance(given, list) else [given]
    return _operation(str(name), arguments, scope, depth - 1)


def problem_of(logic: Any, *, strict: bool) -> str | None:
    """What is wrong with the logic; only when strict is an unknown operation wrong."""
    if not strict:
        return None
    try:
        compile_logic(logic, Scope("feature", "cbor"))
    except UnknownOperation as problem:
        return str(problem)
    return None


def _list(parts: tuple[Node, ...]) -> Node:
    runs = tuple(part.run for part in parts)
    return Node("list", lambda data: [run(data) for run in runs], parts)


def _operation(name: str, arguments: list[Any], scope: Scope, depth: int) -> Node:
    if name == "var":
        return _variable(arguments, scope, depth)
    if name in lists.OPERATIONS:
        return _over_list(name, arguments, scope, depth)
    parts = tuple(compile_logic(one, scope, depth) for one in arguments)
    if name == "fractional":
        return Node(name, _fractional(arguments, parts, scope), parts)
    runs = tuple(part.run for part in parts)
    if name in operators.LAZY:
        return Node(name, operators.LAZY[name](runs), parts)
    if name in operators.READING:
        return Node(name, _reading(operators.READING[name], runs, scope), parts)
    if name not in operators.PLAIN:
        raise UnknownOperation(f"there is no operation {name!r}")
    return Node(name, _plain(operators.PLAIN[name], runs), parts)


def _variable(arguments: list[Any], scope: Scope, depth: int) -> Node:
    parts = tuple(compile_logic(one, scope, depth) for one in arguments[1:2])
    default = parts[0].run if parts else constant(None)
    path = arguments[0] if arguments else ""
    if isinstance(path, dict | list):
        reckoned = compile_logic(path, scope, depth)
        read = scope.read
        return Node("var", lambda data: read(reckoned.run(data), data, default), (reckoned, *parts))
    return Node(f"var {path}", variable(scope, path, default), parts)


def _over_list(name: str, arguments: list[Any], scope: Scope, depth: int) -> Node:
    if len(arguments) < 2:
        raise UnknownOperation(f"{name!r} needs a list and what to do with it")
    items = compile_logic(arguments[0], scope, depth)
    each = compile_logic(arguments[1], scope.inside(), depth)
    rest = tuple(compile_logic(one, scope, depth) for one in arguments[2:3])
    run = lists.OPERATIONS[name](items.run, each.run, *(one.run for one in rest))
    return Node(name, run, (items, *rest))


def _plain(work: Callable[..., Any], runs: tuple[Run, ...]) -> Run:
    if len(runs) == 2:  # nearly all are
        one, other = runs
        return lambda data: work(one(data), other(data))
    return lambda data: work(*[run(data) for run in runs])


def _reading(work: Callable[..., Any], runs: tuple[Run, ...], scope: Scope) -> Run:
    def run(data: Any) -> Any:
        return work(lambda path: scope.read(path, data, constant(None)), *[r(data) for r in runs])

    return run


def _fractional(arguments: list[Any], parts: tuple[Node, ...], scope: Scope) -> Run:
    place = PLACES[scope.fractional]
    if arguments and isinstance(arguments[0], list):
        return _split(scope.own_id, arguments, parts, place)
    if parts and all(isinstance(one, list) for one in arguments[1:]):
        return _split(parts[0].run, arguments[1:], parts[1:], place)

    def run(data: Any) -> Any:
        values = [part.run(data) for part in parts]
        if values and not isinstance(values[0], list):
            return choose(place, values[0], values[1:])
        return choose(place, scope.own_id(data), values)

    return run


def _split(id_of: Run, arguments: list[Any], parts: tuple[Node, ...], place: Any) -> Run:
    plain = all(not isinstance(one, dict | list) for part in arguments for one in part)
    bounds = weights_of(arguments) if plain else None
    if bounds is None:
        return lambda data: choose(place, id_of(data), [part.run(data) for part in parts])
    variants = [part[0] for part in arguments]

    def run(data: Any) -> Any:
        id_ = id_of(data)
        return None if id_ is None else pick(place, id_, bounds, variants)

    return run
