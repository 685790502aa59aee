"""Start a process so that it cannot outlive us, and stop it by its own process id."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
# Loaded before any fork: the child must not import or allocate more than it has to.
LIBC = ctypes.CDLL(None, use_errno=True)
LINUX = sys.platform == "linux"


@dataclass(frozen=True, slots=True)
class Launch:
    """One process to be. `become` runs in the child, to change its identity.

    `death_signal` reaches the process when the thread that started it ends, even by SIGKILL.
    `keep` are open files that it inherits.
    """

    argv: Sequence[str | Path]
    log: Path
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    stdin: bytes = b""
    become: Callable[[], None] | None = None
    death_signal: signal.Signals = signal.SIGTERM
    keep: Sequence[int] = ()


def start(launch: Launch) -> subprocess.Popen[bytes]:
    """Start it in a session of its own, so that Ctrl-C at the terminal reaches only us."""
    with launch.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - no shell, and the program is ours
            [str(part) for part in launch.argv],
            stdin=subprocess.PIPE if launch.stdin else subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=None if launch.env is None else dict(launch.env),
            cwd=launch.cwd,
            start_new_session=True,
            pass_fds=launch.keep,
            preexec_fn=_prepare(launch, os.getpid()),  # noqa: PLW1509 - only system calls
        )
    if process.stdin:
        process.stdin.write(launch.stdin)
        process.stdin.close()
    return process


def stop(process: subprocess.Popen[bytes], sign: signal.Signals, patience: float = 10.0) -> None:
    """Ask it to end, wait, and after `patience` seconds end its whole session."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    end_session(process)


def end_session(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL what is left of the process group that `start` made."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)


def _prepare(launch: Launch, parent: int) -> Callable[[], None]:
    def in_child() -> None:
        if launch.become:
            launch.become()
        # After `become`: a change of identity clears the death signal.
        if LINUX:
            LIBC.prctl(PR_SET_PDEATHSIG, int(launch.death_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return in_child
