"""The fenced blocks of a page that tests run, each with its line.

`sh start` goes on running in the background; `sh run` must succeed; `sh run eventually` is
repeated until it prints what the `text` block below it has; any with
`file=NAME` is saved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(?P<info>\S[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """`place` is the page and the line of the block's first line; `prints` what it must print."""

    place: str
    info: str
    text: str
    prints: str | None = None

    @property
    def file(self) -> str:
        """The name that the block is saved under; empty for commands."""
        return self.info.partition(" file=")[2]


def blocks_of(page: Path, *, after: str | None = None, before: str | None = None) -> list[Block]:
    """The page's blocks in order; only those between two headings when these are given."""
    content = page.read_text(encoding="utf-8")
    first = _heading(content, after) if after else 0
    last = _heading(content, before) if before else len(content)
    found: list[Block] = []
    for match in FENCE.finditer(content, first, last):
        line = content.count("\n", 0, match.start()) + 2
        block = Block(f"{page.name}:{line}", match["info"], match["text"])
        if block.info == "text" and found:
            found[-1] = Block(found[-1].place, found[-1].info, found[-1].text, prints=block.text)
        else:
            found.append(block)
    return [one for one in found if one.file or one.info.startswith(("sh start", "sh run"))]


def _heading(content: str, title: str) -> int:
    match = re.search(rf"^#+ {re.escape(title)}$", content, re.MULTILINE)
    assert match, f"no heading {title!r}"
    return match.start()
