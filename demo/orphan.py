"""Does the process that started us still run? A process of the shop ends with it."""

from __future__ import annotations

import os


class Parent:
    """Remembers who the parent is; made first thing at start."""

    def __init__(self) -> None:
        self._pid = os.getppid()

    def has_ended(self) -> bool:
        """An orphan gets another parent."""
        return os.getppid() != self._pid
