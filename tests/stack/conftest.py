"""A stack as a person starts it: `manage.py up` in a folder and on ports of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from controlplane.stack.freeports import free_port
from tests.conditions import eventually
from tests.processes import ROOT

NOT_INHERITED = (
    "DATABASE_URL",
    "REDIS_URL",
    "TOGGLEMESH_SECRET_KEY",
    "TOGGLEMESH_DEMO",
    "KUBECONFIG",
    "TOGGLEMESH_ALLOWED_NETWORKS",
    "TOGGLEMESH_ENVOY_FOLDERS",
)


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

    def member_environ(self) -> dict[str, str]:
        """What the stack's own processes have in their environment."""
        for pid in self.pids():
            parts = (part.decode() for part in environment_of(pid))
            found = dict(part.split("=", 1) for part in parts if "=" in part)
            if "DATABASE_URL" in found:
                return found
        raise AssertionError("no process of the stack runs")

    def run(self, code: str) -> str:
        """What Python code prints that runs in the stack's control plane."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-c", code],
            env=self.member_environ(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def processes_of(self, words: str) -> list[int]:
        """The processes of the stack whose command line has these words."""
        return [pid for pid in self.pids() if words in command_line(pid)]

    def pids(self) -> list[int]:
        """Every process of this stack but the supervisor: its descendants, and what has the
        stack's folder in its environment. (Some servers write over their own.)"""
        marker = f"TOGGLEMESH_HOME={self.home}".encode()
        found = {pid for pid in psutil.pids() if marker in environment_of(pid)}
        if self.process and self.process.poll() is None:
            children = psutil.Process(self.process.pid).children(recursive=True)
            found.update(child.pid for child in children)
            found.discard(self.process.pid)
        return sorted(found)


def environment_of(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def command_line(pid: int) -> str:
    """The words of a process, with spaces; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


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
