"""Reads the file of an import: JSON, or YAML as people mean it, within bounds.

YAML is read by the core schema of YAML 1.2, where only `true` and `false` are booleans, and each
key is the text that stands there: `on:` and `off:` are names of variants.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from governance.input import Problem, find_problem, read_json
from togglemesh.engine.documents.nesting import GREATEST_NESTING_AROUND

LARGEST_FILE = 32 * 2**20  # bytes
MOST_VALUES = 2_000_000  # with each alias counted as what it stands for

YAML = (".yaml", ".yml")

_CORE = {
    "null": (r"~|null|Null|NULL|", "~nN\0"),
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
    "merge": ("<<", "<"),
}


class Unreadable(Exception):
    """The text says what is wrong with the file, and where."""


def read_file(file: Path) -> Any:
    """The document in the file. Raises Unreadable."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise Unreadable(f"it is larger than {LARGEST_FILE} bytes; split it")
        content = file.read_bytes()
    except OSError as failed:
        raise Unreadable(str(failed)) from None
    if file.suffix in YAML:
        return read_yaml(content)
    value, problem = read_json(content, GREATEST_NESTING_AROUND)
    _refuse(problem)
    return value


def read_yaml(content: bytes) -> Any:
    """The one document that the content writes. Raises Unreadable."""
    try:
        loader = _Loader(content.decode("utf-8"))
        value = loader.get_single_data()
    except UnicodeDecodeError as problem:
        raise Unreadable(f"it is not UTF-8: its byte {problem.start} is none of it") from None
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        raise Unreadable(" ".join(str(problem).split())) from None
    _refuse(find_problem(value, GREATEST_NESTING_AROUND))
    return value


def _refuse(problem: Problem | None) -> None:
    if problem is not None:
        raise Unreadable(
            f"{problem.place}: {problem.sentence}" if problem.place else problem.sentence
        )


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
        if self._depth > GREATEST_NESTING_AROUND + 1:
            self._refuse(f"nested deeper than {GREATEST_NESTING_AROUND} levels", event)
        alias = isinstance(event, yaml.AliasEvent)
        node = super().compose_node(parent, index)
        if alias and id(node) not in self._sizes:
            self._refuse("an alias that stands for itself", event)
        if alias:
            self._values += self._sizes[id(node)]
        if self._values > MOST_VALUES:
            self._refuse(f"more than {MOST_VALUES} values, aliases written out", event)
        self._sizes.setdefault(id(node), self._values - before)
        self._depth -= 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        if isinstance(node, yaml.MappingNode):
            self.flatten_mapping(node)
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode):
                    key.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep=deep)

    def _refuse(self, problem: str, event: Any) -> None:
        raise yaml.composer.ComposerError(None, None, problem, event.start_mark)


class _Dumper(yaml.SafeDumper):
    """Writes no aliases, and what a reader might take for something else in quotes."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - as the library calls it
        return True


for _name, (_pattern, _first) in _CORE.items():
    _tag, _regexp = f"tag:yaml.org,2002:{_name}", re.compile(f"^(?:{_pattern})$")
    _Loader.add_implicit_resolver(_tag, _regexp, ["" if c == "\0" else c for c in _first])
    _Dumper.add_implicit_resolver(_tag, _regexp, ["" if c == "\0" else c for c in _first])

# What YAML writes as it is, on one line; anything else is escaped, so that it comes back.
_PLAIN = re.compile("[ -~\u00a1-\u1fff\u2030-\ud7ff\uf900-\ufefe]*")


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if _PLAIN.fullmatch(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _write_number(dumper: yaml.SafeDumper, number: float) -> yaml.ScalarNode:
    """As JSON has it: 1e+16 is a float in both versions of YAML only with a point."""
    text = repr(number)
    if "e" in text and "." not in text:
        text = text.replace("e", ".0e")
    return dumper.represent_scalar("tag:yaml.org,2002:float", text)


_Dumper.add_representer(str, _write_text)
_Dumper.add_representer(float, _write_number)


def write_yaml(document: Any) -> str:
    """What `read_yaml` reads back as it was, character by character."""
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    return text
