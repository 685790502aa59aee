"""Servers, relay and evaluator of the benchmark's own, in a temporary folder."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import django

from controlplane.stack import launch
from controlplane.stack.freeports import free_port
from controlplane.stack.postgres import Postgres
from controlplane.stack.probes import listens
from controlplane.stack.valkey import Valkey
from governance.changes import perform
from governance.principals import system
from togglemesh.engine import Exposure

ROOT = Path(__file__).parent.parent
FEATURE = "new-checkout"


class World:
    """Use as a context manager; everything that it started ends with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        secret, log = secrets.token_hex(16), folder / "servers.log"
        self.postgres = Postgres(folder / "postgres", free_port(), password=secret, log=log)
        self.valkey = Valkey(folder / "valkey", free_port(), password=secret, log=log)
        self.evaluation_port = free_port()
        self.evaluator = 0
        self.started: list[subprocess.Popen[bytes]] = []
        self.key = ""

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def python(self, module: str, *words: str, port: int | None = None, **env: str) -> None:
        """Start `python -m MODULE WORDS`, and wait until it listens."""
        self.program([sys.executable, "-m", module, *words], port=port, **env)

    def program(self, argv: list[Any], port: int | None = None, **env: str) -> None:
        log = self.folder / f"process-{len(self.started)}.log"
        environ = {**os.environ, **env}
        process = launch.start(launch.Launch(argv, log, env=environ, cwd=ROOT))
        self.started.append(process)
        if port is not None:
            wait_for(listens(port), f"{argv}, see {log}")

    def expose(self, percentage: int) -> None:
        """A new revision in production; returns when it is committed."""
        from toggles import changes  # noqa: PLC0415 - needs Django's setup

        split = [{"variant": "on", "weight": 1}]
        rule = {"id": "share", "percentage": percentage, "stickiness": "default", "split": split}
        perform(
            self.by(),
            changes.SetExposure(
                feature=FEATURE,
                environment="production",
                exposure=Exposure.of(enabled=True, rules=[rule]),
                keep_options=True,
            ),
        )

    def evaluator_pid(self) -> int:
        """The process that serves: the one with the most memory among granian's."""
        main = self.evaluator
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        return max((int(pid) for pid in children), key=resident)

    def _start(self) -> None:
        self.valkey.start()
        self.postgres.create()
        self.postgres.start()
        self.valkey.wait()
        self.postgres.wait()
        os.environ.update(self._environ())
        django.setup()
        self._seed()
        self.python("manage", "relay")
        self.python("manage", "evaluator", port=self.evaluation_port)
        self.evaluator = self.started[-1].pid  # other parts start more after it

    def _environ(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "controlplane.settings",
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "TOGGLEMESH_SECRET_KEY": secrets.token_hex(32),
            "TOGGLEMESH_HOME": str(self.folder / "home"),
            "TOGGLEMESH_EVALUATION_PORT": str(self.evaluation_port),
            "TOGGLEMESH_EVALUATION_RATE": "0",  # one key asks for everything here
        }

    def _seed(self) -> None:
        from django.core.management import call_command  # noqa: PLC0415 - needs the setup

        from accounts import changes as accounts  # noqa: PLC0415
        from toggles import changes as toggles  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        accounts.ensure_environments()
        perform(self.by(), accounts.CreateTeam(key="bench", name="Bench"))
        perform(
            self.by(),
            toggles.CreateFeature(key=FEATURE, name="New checkout", owner="bench", carried=True),
        )
        self.key = perform(
            self.by(), accounts.CreateApiKey(kind="server", environment="production", name="bench")
        )

    def by(self) -> Any:
        from governance.authorship import Authorship  # noqa: PLC0415 - needs the setup

        return Authorship(system("bench"), "measuring")

    def _stop(self) -> None:
        for process in reversed(self.started):
            launch.stop(process, signal.SIGTERM)
        self.postgres.stop()
        self.valkey.stop()


def resident(pid: int) -> int:
    """Resident bytes of a process (on Linux)."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) * 1024 if found else 0


def wait_for(condition: Callable[[], Any], what: str, seconds: float = 30.0) -> None:
    """Look again each hundredth of a second; ends the run when it takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"not ready within {seconds:.0f} s: {what}")
        time.sleep(0.01)
