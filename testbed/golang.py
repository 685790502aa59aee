"""Runs the `go` command, with a line now and then while it works."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import monotonic

Say = Callable[[str], None]
OLDEST = "1.26"


class CannotBuild(Exception):
    """The testbed cannot be had on this machine; the text is one sentence with the remedy."""


def go_command() -> str:
    """The path of `go`, or CannotBuild."""
    found = shutil.which("go")
    if found is None:
        raise CannotBuild(
            f"The testbed needs Go {OLDEST} or newer on the PATH to build istiod, kube-apiserver "
            "and etcd (KUBEBUILDER_ASSETS may name a folder with the last two)."
        )
    return found


def run_go(arguments: list[str], folder: Path, doing: str, say: Say) -> str:
    """What `go` wrote to its standard output. Raises CannotBuild with its last line."""
    command = [go_command(), *arguments]
    environ = {**os.environ, "CGO_ENABLED": "0"}  # so that no C compiler is needed
    started = monotonic()
    with subprocess.Popen(  # noqa: S603  # the command is ours
        command, cwd=folder, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        while True:
            try:
                out, err = running.communicate(timeout=15)
                break
            except subprocess.TimeoutExpired:
                say(f"testbed: {doing}, {monotonic() - started:.0f} s …")
            except BaseException:
                running.terminate()
                raise
    if running.returncode:
        raise CannotBuild(f"The testbed failed while {doing}: {_last_line(err)}")
    return out


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "go said nothing"
