"""A background task that dies is logged, shown, started again; in the end the process ends."""

from __future__ import annotations

import asyncio
import sys

import httpx
import pytest

from controlplane.stack.freeports import free_port
from tests.conditions import eventually
from tests.evaluator.service import Service
from tests.events.database import address_of_database
from tests.processes import Processes
from toggles.evaluator import background
from toggles.evaluator.background import Background

SERVE = """
import django
from toggles.evaluator.server import serve
django.setup()
serve("tests.evaluator.dying_feed:create", "127.0.0.1", {})
"""


def test_evaluator__feed_dies_again_and_again__says_so_and_ends_with_a_failure(
    changing: Service, processes: Processes
) -> None:
    port = free_port()
    environ = {**address_of_database(), "DJANGO_SETTINGS_MODULE": "controlplane.settings"}
    process = processes.run([sys.executable, "-c", SERVE.format(port)], env=environ, port=port)
    told: list[str] = []

    def ended() -> bool:
        try:
            told.append(httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=1).json()["status"])
        except httpx.HTTPError:
            return process.poll() is not None
        return False

    eventually(ended, seconds=30)
    assert process.returncode != 0
    assert any("changes from Valkey failed: KeyError: 'change'; failure" in one for one in told)
    log = sorted(processes.folder.glob("process-*.log"))[-1].read_text()
    assert "evaluator.task_failed task=changes from Valkey" in log
    assert "evaluator.giving_up task=changes from Valkey" in log


def test_background__task_dies_once__runs_again_and_is_forgiven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(background, "SOUND", 0.05)
    monkeypatch.setattr(background, "FIRST_PAUSE", 0.01)
    tasks = Background(give_up=lambda: pytest.fail("gave up"))
    runs = 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise ValueError("once")
        await asyncio.Event().wait()

    async def watch() -> None:
        tasks.start("work", work)
        while runs < 2:
            await asyncio.sleep(0.005)
        assert tasks.troubles == {"work": "ValueError: once; failure 1 of 5"}
        while tasks.troubles:
            await asyncio.sleep(0.005)
        tasks.stop()

    asyncio.run(asyncio.wait_for(watch(), 5))
    assert tasks.failures == {"work": 1}
