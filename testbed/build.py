"""Builds each program once into the cache; several sessions at a time wait for one another."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testbed.golang import CannotBuild, Say, run_go
from testbed.programs import APISERVER, ETCD, Program, cache_folder


def find_or_build(program: Program, say: Say = print) -> Path:
    """The binary's path; it is built when it is not there yet. Raises CannotBuild."""
    given = _given(program)
    if given is not None:
        return given
    if not program.path.exists():
        with build_lock(say):
            if not program.path.exists():  # the one who held the lock may have built it
                _build(program, say)
    return program.path


def _given(program: Program) -> Path | None:
    """A binary that the machine has already, where controller projects keep theirs."""
    folder = os.environ.get("KUBEBUILDER_ASSETS")
    if not folder or program not in (ETCD, APISERVER):
        return None
    path = Path(folder) / program.name
    if not os.access(path, os.X_OK):
        raise CannotBuild(f"KUBEBUILDER_ASSETS is set, but there is no program at {path}.")
    return path


def _build(program: Program, say: Say) -> None:
    say(f"testbed: building {program.name}, once; about {program.minutes} min on two cores …")
    program.path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = program.path.with_suffix(".unfinished")
    flags = ["-trimpath", "-ldflags", f"-s -w {program.stamp}".strip()]
    run_go(
        ["build", *flags, "-o", str(unfinished), program.package],
        program.module,
        f"building {program.name}",
        say,
    )
    unfinished.replace(program.path)
    say(f"testbed: {program.name} is built.")


@contextmanager
def build_lock(say: Say) -> Iterator[None]:
    """Held while something is written to the cache; the kernel frees it if the holder dies."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("testbed: another session is building; waiting for it …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
