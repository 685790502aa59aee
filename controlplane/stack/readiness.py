"""Wait for a server that this process started."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from controlplane.stack.probes import Probe
from controlplane.stack.problems import Problem

PAUSE = 0.02


def wait_for_server(
    name: str, ready: Probe, process: subprocess.Popen[bytes] | None, log: Path, seconds: float
) -> None:
    """Until it is ready. Raises Problem when it ends by itself, or after `seconds`."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process and process.poll() is not None:
            raise Problem(f"{name} ended by itself while starting; see {log}.")
        if time.monotonic() > deadline:
            raise Problem(f"{name} was not ready within {seconds:.0f} s; see {log}.")
        time.sleep(PAUSE)
