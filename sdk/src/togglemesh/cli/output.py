"""What is printed: JSON for programs, tables for people."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

LONGEST = 60

# By a column's title, the path of its field in a row: `current.enabled`.
Columns = Mapping[str, str]


def show(answer: Any, columns: Columns, output: str) -> None:
    """Rows, or one thing, in the format that was asked for."""
    if output == "json":
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    elif isinstance(answer, list):
        _table(answer, columns)
    else:
        _fields(answer, columns)


def _table(rows: Sequence[Any], columns: Columns) -> None:
    lines = [list(columns)]
    lines += [[_cell(row, path) for path in columns.values()] for row in rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def _fields(row: Any, columns: Columns) -> None:
    width = max(map(len, columns), default=0)
    for title, path in columns.items():
        click.echo(f"{title.ljust(width)}  {_cell(row, path, longest=None)}".rstrip())


def _cell(row: Any, path: str, longest: int | None = LONGEST) -> str:
    value = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    text = _text(value)
    # What controls a terminal does not come from a server.
    plain = "".join(one if one.isprintable() else " " for one in text)
    return plain if longest is None or len(plain) <= longest else f"{plain[: longest - 1]}…"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return ", ".join(map(str, value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
