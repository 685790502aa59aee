"""JsonLogic's operations but those over lists, and flagd's own but `fractional`."""

import math
from collections.abc import Callable
from typing import Any

from togglemesh.engine.flagd import versions
from togglemesh.engine.flagd.scope import Run
from togglemesh.engine.flagd.values import before, equal, not_after, number, same, text, truth


def _if(runs: tuple[Run, ...]) -> Run:
    pairs = tuple(zip(runs[0::2], runs[1::2], strict=False))
    last = runs[-1] if len(runs) % 2 else None

    def run(data: Any) -> Any:
        for test, then in pairs:
            if truth(test(data)):
                return then(data)
        return last(data) if last is not None else None

    return run


def _and(runs: tuple[Run, ...]) -> Run:
    def run(data: Any) -> Any:
        value = None
        for one in runs:
            value = one(data)
            if not truth(value):
                return value
        return value

    return run


def _or(runs: tuple[Run, ...]) -> Run:
    def run(data: Any) -> Any:
        value = None
        for one in runs:
            value = one(data)
            if truth(value):
                return value
        return value

    return run


LAZY: dict[str, Callable[[tuple[Run, ...]], Run]] = {"if": _if, "?:": _if, "and": _and, "or": _or}


def _chained(holds: Callable[[Any, Any], bool]) -> Callable[..., bool]:
    """With three arguments: whether the second lies between the others."""

    def work(one: Any = None, middle: Any = None, *more: Any) -> bool:
        return holds(one, middle) and (not more or holds(middle, more[0]))

    return work


def _in(part: Any = None, whole: Any = None, *_: Any) -> bool:
    if isinstance(whole, str):
        return text(part) in whole
    return isinstance(whole, list | tuple) and any(same(part, one) for one in whole)


def _minus(one: Any = None, *others: Any) -> Any:
    return number(one) - number(others[0]) if others else -number(one)


def _over(one: Any = None, other: Any = None, *_: Any) -> Any:
    divisor = number(other)
    return number(one) / divisor if divisor else None


def _rest(one: Any = None, other: Any = None, *_: Any) -> Any:
    divisor = number(other)
    if not divisor or not math.isfinite(number(one)):
        return None
    rest = math.fmod(number(one), divisor)
    return int(rest) if rest.is_integer() else rest


def _times(*values: Any) -> Any:
    return math.prod(map(number, values))


def _substr(value: Any = None, start: Any = 0, length: Any = None, *_: Any) -> str:
    whole = text(value)
    begin = _index(start, len(whole))
    if length is None:
        return whole[begin:]
    wanted = int(number(length)) if math.isfinite(number(length)) else 0
    return (
        whole[begin : begin + wanted]
        if wanted >= 0
        else whole[begin : max(begin, len(whole) + wanted)]
    )


def _index(start: Any, length: int) -> int:
    wanted = int(number(start)) if math.isfinite(number(start)) else 0
    return max(0, length + wanted) if wanted < 0 else wanted


def _compared(holds: Callable[[str, str], bool]) -> Callable[..., bool | None]:
    def work(*texts: Any) -> bool | None:
        if len(texts) != 2 or not all(isinstance(one, str) for one in texts):
            return None
        return holds(*texts)

    return work


def _sem_ver(*given: Any) -> bool | None:
    return versions.compare(*given) if len(given) == 3 else None


def _merged(*values: Any) -> list[Any]:
    return [one for value in values for one in (value if isinstance(value, list) else [value])]


def _numbers(work: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    return lambda *values: work([number(value) for value in values]) if values else None


PLAIN: dict[str, Callable[..., Any]] = {
    "==": lambda one=None, other=None, *_: equal(one, other),
    "!=": lambda one=None, other=None, *_: not equal(one, other),
    "===": lambda one=None, other=None, *_: same(one, other),
    "!==": lambda one=None, other=None, *_: not same(one, other),
    "!": lambda value=None, *_: not truth(value),
    "!!": lambda value=None, *_: truth(value),
    "<": _chained(before),
    "<=": _chained(not_after),
    ">": _chained(lambda one, other: before(other, one)),
    ">=": _chained(lambda one, other: not_after(other, one)),
    "in": _in,
    "cat": lambda *values: "".join(map(text, values)),
    "substr": _substr,
    "+": lambda *values: sum(map(number, values)),
    "-": _minus,
    "*": _times,
    "/": _over,
    "%": _rest,
    "min": _numbers(min),
    "max": _numbers(max),
    "merge": _merged,
    "log": lambda value=None, *_: value,
    "starts_with": _compared(str.startswith),
    "ends_with": _compared(str.endswith),
    "sem_ver": _sem_ver,
}


def _missing(read: Run, *paths: Any) -> list[Any]:
    wanted = paths[0] if paths and isinstance(paths[0], list) else paths
    return [path for path in wanted if read(path) in (None, "")]


def _missing_some(read: Run, least: Any = 0, paths: Any = None, *_: Any) -> list[Any]:
    if not isinstance(paths, list):
        return []
    missing = _missing(read, paths)
    return [] if len(paths) - len(missing) >= number(least) else missing


# These look into the data by themselves.
READING: dict[str, Callable[..., Any]] = {"missing": _missing, "missing_some": _missing_some}
