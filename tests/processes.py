"""Start a process of the project for a test, wait until it is ready, stop it by its id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from controlplane.stack import launch
from tests.conditions import eventually

ROOT = Path(__file__).parent.parent


class Processes:
    """`manage("relay")` starts `manage.py relay`; logs are in `folder`, and shown on failure.

    The processes use the test's own database, so the test needs `transactional_db`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {**os.environ, "DATABASE_URL": current_database_url()}
        self.started: list[subprocess.Popen[bytes]] = []

    def manage(
        self,
        *words: str,
        env: Mapping[str, str] | None = None,
        port: int | None = None,
        ready: Callable[[], bool] | None = None,
    ) -> subprocess.Popen[bytes]:
        """`manage.py WORDS`, ready when `port` takes connections and `ready()` is true."""
        argv = [sys.executable, str(ROOT / "manage.py"), *words]
        return self.run(argv, env=env, port=port, ready=ready)

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        port: int | None = None,
        ready: Callable[[], bool] | None = None,
    ) -> subprocess.Popen[bytes]:
        log = self.folder / f"process-{len(self.started)}.log"
        environ = {**self.environ, **(env or {})}
        process = launch.start(launch.Launch(argv, log, env=environ, cwd=ROOT))
        self.started.append(process)

        def is_ready() -> bool:
            assert process.poll() is None, f"{argv} ended:\n{log.read_text()}"
            return (port is None or listens(port)) and (ready is None or ready())

        eventually(is_ready, seconds=30)
        return process

    def stop(self) -> None:
        for process in reversed(self.started):
            launch.stop(process, signal.SIGTERM)


def current_database_url() -> str:
    """The address of the database that Django uses in this test."""
    name = str(connection.settings_dict["NAME"])
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def listens(port: int) -> bool:
    """Whether something takes connections on the loopback port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
