"""JsonLogic's operations over lists: what is done with each element sees the element alone."""

from collections.abc import Callable
from typing import Any

from togglemesh.engine.flagd.scope import Run
from togglemesh.engine.flagd.values import truth


def _items(run: Run, data: Any) -> list[Any]:
    value = run(data)
    return list(value) if isinstance(value, list | tuple) else []


def _map(items: Run, each: Run, *_: Run) -> Run:
    return lambda data: [each(one) for one in _items(items, data)]


def _filter(items: Run, each: Run, *_: Run) -> Run:
    return lambda data: [one for one in _items(items, data) if truth(each(one))]


def _some(items: Run, each: Run, *_: Run) -> Run:
    return lambda data: any(truth(each(one)) for one in _items(items, data))


def _none(items: Run, each: Run, *_: Run) -> Run:
    return lambda data: not any(truth(each(one)) for one in _items(items, data))


def _all(items: Run, each: Run, *_: Run) -> Run:
    def run(data: Any) -> bool:
        found = _items(items, data)
        return bool(found) and all(truth(each(one)) for one in found)

    return run


def _reduce(items: Run, each: Run, *first: Run) -> Run:
    def run(data: Any) -> Any:
        value = first[0](data) if first else None
        for one in _items(items, data):
            value = each({"current": one, "accumulator": value})
        return value

    return run


OPERATIONS: dict[str, Callable[..., Run]] = {
    "map": _map,
    "filter": _filter,
    "some": _some,
    "none": _none,
    "all": _all,
    "reduce": _reduce,
}
