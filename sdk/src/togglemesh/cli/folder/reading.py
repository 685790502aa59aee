"""Read YAML (or JSON, which is YAML) as people mean it, and remember where everything stands.

As in the server's imports: the core schema of YAML 1.2, where only `true` and `false` are booleans
and `on:` is a name; bounds on size, depth and aliases before anything is built.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

LARGEST_FILE = 4 * 2**20  # bytes
MOST_VALUES = 200_000  # with each alias counted as what it stands for
GREATEST_NESTING = 64

Part = str | int

_CORE = {
    "null": re.compile(r"~|null|Null|NULL|"),
    "bool": re.compile(r"true|True|TRUE|false|False|FALSE"),
    "int": re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"),
    "float": re.compile(
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
        r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
    ),
}
_TAGS = {f"tag:yaml.org,2002:{name}": name for name in (*_CORE, "str", "seq", "map")}


class Unreadable(Exception):
    """Names the file and the line, and says what is wrong."""


@dataclass(frozen=True, slots=True)
class PositionedDocument:
    """One document. `lines` are by path, the first line is 1."""

    content: dict[str, Any]
    file: str
    lines: dict[tuple[Part, ...], int]

    def line_of(self, path: tuple[Part, ...]) -> int:
        """The line of the path, or of as much of it as is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_documents(content: bytes, file: str) -> list[PositionedDocument]:
    """Every document of a file; `---` stands between them. Raises Unreadable."""
    if len(content) > LARGEST_FILE:
        raise Unreadable(f"{file}: is larger than {LARGEST_FILE} bytes; split it.")
    try:
        nodes = list(_nodes(content.decode("utf-8")))
    except UnicodeDecodeError as problem:
        raise Unreadable(f"{file}: is not UTF-8: its byte {problem.start} is none.") from None
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        line = mark.line + 1 if mark else 1
        raise Unreadable(f"{file}:{line}: {problem.problem or problem.context}") from None
    except (yaml.YAMLError, RecursionError) as problem:
        raise Unreadable(f"{file}: {' '.join(str(problem).split())}") from None
    return [_document(node, file) for node in nodes]


def _document(node: yaml.Node, file: str) -> PositionedDocument:
    lines: dict[tuple[Part, ...], int] = {}
    content = _Building(file, lines).build(node, ())
    if not isinstance(content, dict):
        raise Unreadable(f"{file}:{node.start_mark.line + 1}: must be an object.")
    return PositionedDocument(content, file, lines)


def _nodes(text: str) -> Iterator[yaml.Node]:
    loader = _Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is not None:
                yield node
    finally:
        loader.dispose()


class _Loader(yaml.SafeLoader):
    """Counts as it goes, so that nothing is built of what is refused."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = self._values = 0
        self._sizes: dict[int, int] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the library's
        before, self._values, self._depth = self._values, self._values + 1, self._depth + 1
        if self._depth > GREATEST_NESTING:
            self._refuse(f"nested deeper than {GREATEST_NESTING} levels", event)
        node = super().compose_node(parent, index)
        if isinstance(event, yaml.AliasEvent):
            if id(node) not in self._sizes:
                self._refuse("an alias that stands for itself", event)
            self._values += self._sizes[id(node)]
        if self._values > MOST_VALUES:
            self._refuse(f"more than {MOST_VALUES} values, aliases written out", event)
        self._sizes.setdefault(id(node), self._values - before)
        self._depth -= 1
        return node

    def _refuse(self, problem: str, event: Any) -> None:
        raise yaml.MarkedYAMLError(None, None, problem, event.start_mark)


@dataclass(frozen=True, slots=True)
class _Building:
    """Makes values of nodes, and notes the line of each path."""

    file: str
    lines: dict[tuple[Part, ...], int]

    def build(self, node: yaml.Node, path: tuple[Part, ...]) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(one, (*path, place)) for place, one in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: tuple[Part, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._refuse(key, "the name of a field must be text")
            if key.value == "<<" and key.style is None:
                self._refuse(key, "merging (`<<`) is not read; use an alias, or write it out")
            if key.value in found:
                self._refuse(key, f"{key.value!r} comes twice")
            # The key's line: where the eye looks for `rules:`.
            self.lines[(*path, key.value)] = key.start_mark.line + 1
            found[key.value] = self.build(value, (*path, key.value))
        return found

    def _scalar(self, node: yaml.Node) -> Any:
        kind = _TAGS.get(node.tag, "")
        plain = getattr(node, "style", None) is None
        if not kind:
            self._refuse(node, f"the tag {node.tag} is not read here")
        if kind == "str" and plain:
            kind = next((name for name, form in _CORE.items() if form.fullmatch(node.value)), kind)
        if kind == "null":
            return None
        if kind == "bool":
            return str(node.value).lower() == "true"
        if kind in ("int", "float"):
            return self._number(node, kind)
        return node.value

    def _number(self, node: yaml.Node, kind: str) -> int | float:
        text = str(node.value)
        try:
            if kind == "int":
                return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
            number = float(text.replace(".inf", "inf").replace(".nan", "nan"))
        except ValueError:
            self._refuse(node, f"{text[:40]!r} is no number")
        if not math.isfinite(number):
            self._refuse(node, "infinity and what is not a number cannot be kept")
        return number

    def _refuse(self, node: yaml.Node, problem: str) -> Any:
        raise Unreadable(f"{self.file}:{node.start_mark.line + 1}: {problem}")
