"""A stack as a person starts it: `manage.py up` in a folder and on ports of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from controlplane.stack.freeports import free_port
from tests.conditions import eventually
from tests.processes import ROOT

NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "TOGGLEMESH_SECRET_KEY", "TOGGLEMESH_DEMO")


class Stack:
    """`words` go to `up`; what it says is in `output`."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.file = folder / "output.txt"
        self.ports = {name: free_port() for name in ("", "EVALUATION_", "SHOP_")}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environ(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if k not in NOT_INHERITED}
        ports = {f"TOGGLEMESH_{name}PORT": str(port) for name, port in self.ports.items()}
        return {**inherited, **ports, "TOGGLEMESH_HOME": str(self.home)}

    @property
    def output(self) -> str:
        return self.file.read_text() if self.file.exists() else ""

    def start(self, *words: str, **environ: str) -> subprocess.Popen[bytes]:
        with self.file.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "up", *words],
                env={**self.environ, **environ},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.process

    def wait_until_ready(self) -> None:
        def ready() -> bool:
            assert self.process
            assert self.process.poll() is None, self.output
            return "ready; Ctrl-C" in self.output

        eventually(ready, seconds=90)

    def stop(self, sign: signal.Signals = signal.SIGINT) -> int:
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(sign)
        return self.process.wait(60)

    def pids(self) -> list[int]:
        """Every process that has this stack's folder in its environment, but the supervisor."""
        marker = f"TOGGLEMESH_HOME={self.home}".encode()
        found = []
        for file in Path("/proc").glob("[0-9]*/environ"):
            try:
                if marker in file.read_bytes().split(b"\0"):
                    found.append(int(file.parent.name))
            except OSError:
                continue
        return [pid for pid in found if self.process is None or pid != self.process.pid]


@pytest.fixture
def stacks(tmp_path: Path) -> Iterator[Callable[[], Stack]]:
    made: list[Stack] = []

    def make() -> Stack:
        folder = tmp_path / f"stack-{len(made)}"
        folder.mkdir()
        made.append(Stack(folder))
        return made[-1]

    yield make
    for stack in made:
        if stack.process:
            stack.stop()


@pytest.fixture
def stack(stacks: Callable[[], Stack]) -> Stack:
    return stacks()
