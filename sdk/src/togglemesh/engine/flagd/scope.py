"""Where `var` looks: in the context and in what flagd adds to it, or in an element of a list."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from togglemesh.engine.flagd.values import text

Run = Callable[[Any], Any]


def constant(value: Any) -> Run:
    return lambda _data: value


@dataclass(frozen=True, slots=True)
class Scope:
    """`root` is False inside of an element of a list, where the context is not seen."""

    flag: str
    fractional: str
    root: bool = True

    def inside(self) -> "Scope":
        return replace(self, root=False)

    def own_id(self, data: Any) -> list[str] | None:
        """What `fractional` hashes when it is told nothing else."""
        id_ = _targeting_key(data) if self.root else None
        return [self.flag, id_] if isinstance(id_, str) and id_ else None

    def read(self, path: Any, data: Any, default: Run) -> Any:
        """The value at a path that is known only now."""
        return variable(self, path, default)(data)


def variable(scope: Scope, path: Any, default: Run) -> Run:
    """Reads the value at a path of names and indices, joined by dots; null counts as missing."""
    if path is None or path == "":
        return scope_whole(scope)
    names = text(path).split(".")
    if scope.root and names[0] == "$flagd":
        return _own(scope, names[1:], default)
    if scope.root and names == ["targetingKey"]:
        return _or(_targeting_key, default)
    if len(names) == 1:
        return _one(names[0], default)

    def read(data: Any) -> Any:
        for name in names:
            data = step(data, name)
        return data

    return _or(read, default)


def scope_whole(scope: Scope) -> Run:
    if not scope.root:
        return lambda data: data
    return lambda data: {**data, "$flagd": _flagd(scope), "targetingKey": _targeting_key(data)}


def _flagd(scope: Scope) -> dict[str, Any]:
    return {"flagKey": scope.flag, "timestamp": int(time.time())}


def _own(scope: Scope, names: list[str], default: Run) -> Run:
    if names == ["flagKey"]:
        return constant(scope.flag)
    if names == ["timestamp"]:
        return lambda _data: int(time.time())
    return default if names else lambda _data: _flagd(scope)


def _one(name: str, default: Run) -> Run:
    def read(data: Any) -> Any:
        value = data.get(name) if type(data) is dict else step(data, name)
        return default(data) if value is None else value

    return read


def _or(read: Run, default: Run) -> Run:
    def run(data: Any) -> Any:
        value = read(data)
        return default(data) if value is None else value

    return run


def step(data: Any, name: str) -> Any:
    """What is under the name in an object, or at the index in a list or a text."""
    if isinstance(data, Mapping):
        return data.get(name)
    if isinstance(data, list | tuple | str) and name.isascii() and name.isdigit():
        index = int(name) if len(name) < 10 else len(data)
        return data[index] if index < len(data) else None
    return None


def _targeting_key(data: Any) -> Any:
    """A context of ours may call it userId."""
    if not isinstance(data, Mapping):
        return None
    key = data.get("targetingKey")
    return data.get("userId") if key is None else key
