"""A pytest plugin: real PostgreSQL and Valkey for the test session.

It is loaded by `-p tests.servers`, as Django's settings need their addresses before any test
module is imported. Both servers end with the session, also when it is killed.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from controlplane.stack.freeports import free_port
from controlplane.stack.postgres import FAST, Postgres
from controlplane.stack.valkey import Valkey


class Servers:
    """A PostgreSQL and a Valkey in a folder of their own; `environ` points a process to them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.postgres = Postgres(
            data=folder / "postgres",
            port=free_port(),
            password=secrets.token_hex(16),
            log=folder / "postgres.log",
            settings=FAST,
        )
        self.valkey = Valkey(
            data=folder / "valkey",
            port=free_port(),
            password=secrets.token_hex(16),
            log=folder / "valkey.log",
        )

    @property
    def environ(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "TOGGLEMESH_SECRET_KEY": "only-for-tests-" + "0" * 40,
            "TOGGLEMESH_HOME": str(self.folder / "home"),
            "TOGGLEMESH_DEMO": "1",
            # Tests' meshes are processes on loopback, and their files are temporary.
            "TOGGLEMESH_ALLOWED_NETWORKS": "127.0.0.0/8,10.0.0.0/8",
            "TOGGLEMESH_ENVOY_FOLDERS": tempfile.gettempdir(),
        }

    def start(self) -> None:
        """Start both and wait. Also starts again what a test has stopped, on the same ports."""
        self.valkey.start()
        self.postgres.create()
        self.postgres.start()
        self.valkey.wait()
        self.postgres.wait()

    def stop(self) -> None:
        self.postgres.stop()
        self.valkey.stop()


_session: list[Servers] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    # A wrapper runs before pytest-django's own hook, which reads the settings.
    servers = Servers(Path(tempfile.mkdtemp(prefix="togglemesh-tests-")))
    _session.append(servers)
    servers.start()
    os.environ.update(servers.environ)
    return (yield)


def pytest_unconfigure() -> None:
    while _session:
        servers = _session.pop()
        servers.stop()
        shutil.rmtree(servers.folder, ignore_errors=True)
