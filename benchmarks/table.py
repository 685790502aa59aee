"""Plain tables: what was measured, the number, and how it compares."""

from __future__ import annotations

from collections.abc import Iterable

Row = tuple[str, str, str]
Table = tuple[str, list[Row]]


def print_table(title: str, rows: Iterable[Row]) -> None:
    print(f"\n{title}")
    print("-" * len(title))
    for what, number, beside in rows:
        print(f"  {what:<50} {number:>22}   {beside}".rstrip(), flush=True)
