"""The data folder: can it be written, and does nobody else use it?"""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from controlplane.stack.problems import Problem

LOCK = "lock"
LONGEST_LOG = 5_000_000  # bytes
LONGEST_LINE = 10_000  # bytes


def open_folder(home: Path) -> None:
    """Make the folder and what belongs into it. Raises Problem."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("logs", "secrets"):
            (home / name).mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        raise Problem(
            f"The data folder {home} cannot be written ({error.strerror}): "
            "set TOGGLEMESH_HOME to a folder that can."
        ) from None


def lock_folder(home: Path, patience: float = 10.0) -> int:
    """Take the folder; returns the open lock, which the servers inherit and so hold as well.

    So a stack whose supervisor was killed keeps the folder until its servers have ended, and
    only then do we start new ones on the same data. Raises Problem.
    """
    descriptor = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    while not _take(descriptor):
        pid = os.pread(descriptor, 20, 0).decode().strip()
        if _lives(pid) or time.monotonic() > deadline:
            os.close(descriptor)
            raise Problem(
                f"ToggleMesh already runs on {home} (process {pid or 'unknown'}): "
                "stop it, or set TOGGLEMESH_HOME to another folder."
            )
        time.sleep(0.1)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def turn_over_logs(home: Path) -> None:
    """The end of a log that has grown too long is kept as the one before; the log begins anew.

    Also while its process writes: it has the file open for appending, so it goes on at the
    new end. What is written between the two steps is lost.
    """
    for log in (home / "logs").glob("*.log"):
        if log.stat().st_size > LONGEST_LOG:
            with contextlib.suppress(OSError):  # a full disk: what matters is to make room
                log.with_suffix(".log.before").write_bytes(b"".join(_end_of(log)))
            os.truncate(log, 0)


def _end_of(log: Path) -> Iterator[bytes]:
    with log.open("rb") as lines:
        lines.seek(-LONGEST_LOG, os.SEEK_END)
        for line in lines.read(LONGEST_LOG).splitlines(keepends=True):
            cut = len(line) - LONGEST_LINE
            yield line if cut <= 0 else line[:LONGEST_LINE] + b" ... %d bytes left out\n" % cut
