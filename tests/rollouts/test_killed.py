"""Rule 3: a worker killed between any two side effects leads to the same end state.

A real process is killed by SIGKILL at each checkpoint of the saga, one case each, and a fresh
process carries on. What is left behind must equal what a run leaves that was never killed.
"""

from __future__ import annotations

import functools
import multiprocessing
import signal
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from governance.reads import first_broken_entry
from rollouts.models import Rollout
from rollouts.reads import get_rollout
from rollouts.saga import Checkpoint, pass_by
from tests.rollouts.checkpoints import COMPLETING, ROLLING_BACK
from tests.rollouts.conftest import Start
from tests.rollouts.end_state import end_state
from tests.rollouts.worker_process import run_rollout
from tests.rollouts.world import World
from tests.routing.fake_router import FakeRouter

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = [
    {"segment": "beta-users", "bake_seconds": 1},
    {"percentage": 100, "bake_seconds": 1},
]
RUNS = {"": COMPLETING, "cart": ROLLING_BACK}
# Up to the first exposure both runs are the same.
SECOND_HALF = ROLLING_BACK.index("expose:0 decided")
CASES = [("", n) for n in range(len(COMPLETING))] + [
    ("cart", n) for n in range(SECOND_HALF, len(ROLLING_BACK))
]


@functools.cache
def forks() -> multiprocessing.context.ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "tests.rollouts.worker_process"])
    return context


@pytest.fixture(scope="module")
def never_killed() -> dict[str, Any]:
    """What the runs leave that were never killed, made by the first case that asks."""
    return {}


@pytest.fixture
def wanted(start: Start, router: FakeRouter, never_killed: dict[str, Any]) -> Callable[[str], Any]:
    def end_of(broken: str) -> Any:
        if broken not in never_killed:
            with transaction.atomic():  # rolled back, so that the case begins with nothing
                never_killed[broken] = end_state(undisturbed(start, router, broken), router)
                transaction.set_rollback(True)
            router.file.unlink()
        return never_killed[broken]

    return end_of


def undisturbed(
    start: Start, router: FakeRouter, broken: str, checkpoint: Checkpoint = pass_by
) -> Rollout:
    world = World(start(steps=STEPS).id, router, broken=broken)
    world.checkpoint = checkpoint
    return world.run()


def run_in_process(rollout: str, router: FakeRouter, broken: str, kill_at: int | None) -> int:
    """The exit code of a process that ran the rollout; minus the signal when killed."""
    process = forks().Process(
        target=run_rollout,
        kwargs={
            "database": str(connection.settings_dict["NAME"]),
            "rollout": rollout,
            "mesh": str(router.file),
            "broken": broken,
            "kill_at": kill_at,
        },
    )
    process.start()
    process.join(60)
    if process.exitcode is None:
        process.kill()
        process.join()
    assert process.exitcode is not None
    return process.exitcode


@pytest.mark.parametrize("broken", RUNS)
def test_advance__never_killed__passes_exactly_the_known_checkpoints(
    start: Start, router: FakeRouter, broken: str
) -> None:
    passed: list[str] = []
    undisturbed(start, router, broken, passed.append)
    assert passed == RUNS[broken]


@pytest.mark.parametrize(
    ("broken", "kill_at"), CASES, ids=[f"{b or 'healthy'}-{RUNS[b][n]}-{n}" for b, n in CASES]
)
def test_advance__killed_at_checkpoint__ends_as_if_never_killed(
    start: Start,
    router: FakeRouter,
    wanted: Callable[[str], Any],
    broken: str,
    kill_at: int,
) -> None:
    as_if_never_killed = wanted(broken)
    rollout = start(steps=STEPS)
    killed = run_in_process(str(rollout.id), router, broken, kill_at)
    assert killed == -signal.SIGKILL
    assert run_in_process(str(rollout.id), router, broken, None) == 0
    assert end_state(get_rollout(rollout.id), router) == as_if_never_killed
    assert first_broken_entry() is None
