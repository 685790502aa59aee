"""What a person at the terminal sees while the stack starts, runs and stops."""

from __future__ import annotations

import contextlib
import sys
import time


class Progress:
    """Lines with the seconds since the start."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def tell(self, line: str) -> None:
        _write(f"{self.seconds:6.1f} s  {line}\n")

    def plain(self, *lines: str) -> None:
        _write("\n".join(lines) + "\n")


def _write(text: str) -> None:
    # A reader that has gone (`make run | head`) must not keep the stack from stopping in order.
    with contextlib.suppress(OSError):
        sys.stdout.write(text)
        sys.stdout.flush()
