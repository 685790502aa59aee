"""One started program: its log, its readiness, its end. Stopped by process id, never by name."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from testbed import leash
from testbed.waiting import TooLate, wait_until


class DidNotStart(Exception):
    """A program ended or stayed unready; the text has its last lines."""


class Child:
    """A running program, kept on a leash so that it never outlives us."""

    def __init__(
        self, name: str, command: list[str], folder: Path, environ: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        with self.log.open("ab") as log:
            self._leash = subprocess.Popen(  # noqa: S603  # the command is ours
                [sys.executable, "-I", "-S", leash.__file__, *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environ or {})},
                process_group=0,  # Ctrl-C reaches only us; we stop the rest in order
            )

    def wait_ready(self, ready: Callable[[], bool], seconds: float) -> None:
        """Raises DidNotStart, and stops the program, when it ends or is late."""
        try:
            wait_until(lambda: self.ended or ready(), seconds, f"{self.name} ready")
        except BaseException as reason:
            self.stop()
            if isinstance(reason, TooLate):
                raise DidNotStart(f"{reason}: {self.last_lines()}") from None
            raise
        if self.ended:
            raise DidNotStart(f"{self.name} ended at once: {self.last_lines()}")

    @property
    def ended(self) -> bool:
        return self._leash.poll() is not None

    def last_lines(self, count: int = 5) -> str:
        return " | ".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def stop(self) -> None:
        """Ask, then insist. Fine when it has ended already."""
        if self._leash.stdin is not None:
            self._leash.stdin.close()  # the leash ends the program, by force after five seconds
        self._leash.wait(15)
