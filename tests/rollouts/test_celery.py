"""A real Celery worker on a real Valkey is killed in the middle; beat and a new one carry on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis

from controlplane.scheduler import LONGEST
from rollouts.models import Rollout, RolloutState
from rollouts.reads import get_rollout
from tests.conditions import eventually
from tests.processes import Processes
from tests.rollouts.conftest import Start
from tests.routing.fake_router import FakeRouter
from tests.routing.shop import SERVICES

S = RolloutState
STEPS = [{"percentage": 10, "bake_seconds": 3}, {"percentage": 100, "bake_seconds": 2}]


def own_queue() -> dict[str, str]:
    """A Valkey database that no other test uses, so that nobody else's nudges are in it."""
    address = urlsplit(os.environ["REDIS_URL"])
    return {
        "REDIS_URL": urlunsplit(address._replace(path="/9")),
        "DJANGO_SETTINGS_MODULE": "controlplane.settings",
    }


def start_worker(processes: Processes, router: FakeRouter) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "tests.rollouts.celery_worker", str(router.file)]
    return processes.run(words, env=own_queue())


def lives(worker: subprocess.Popen[bytes]) -> bool:
    """True; fails at once when the worker has ended, for then nothing will come of waiting."""
    assert worker.poll() is None
    return True


@pytest.fixture
def state_is(router: FakeRouter) -> Callable[[Rollout, str], bool]:
    """Whether the rollout has come to a state; people go on using the shop meanwhile."""

    def check(rollout: Rollout, state: str) -> bool:
        for service in SERVICES:
            router.add_traffic(service, "v1", 10)
            router.add_traffic(service, "v2", 5)
        return get_rollout(rollout.id).state == state

    return check


@pytest.mark.django_db(transaction=True)
def test_worker__killed_while_a_step_bakes__a_new_one_completes_the_rollout(
    start: Start,
    router: FakeRouter,
    processes: Processes,
    state_is: Callable[[Rollout, str], bool],
) -> None:
    rollout = start(steps=STEPS)
    processes.manage("beat", env=own_queue())
    worker = start_worker(processes, router)
    eventually(lambda: lives(worker) and state_is(rollout, S.BAKING), seconds=60)
    worker.send_signal(signal.SIGKILL)
    assert worker.wait(10) == -signal.SIGKILL
    assert get_rollout(rollout.id).state == S.BAKING
    another = start_worker(processes, router)
    eventually(lambda: lives(another) and state_is(rollout, S.COMPLETED), seconds=60)
    names = list(rollout.effects.values_list("name", flat=True))
    assert names[-4:] == ["expose:0", "baked:0", "expose:1", "baked:1"]
    assert len(names) == len(set(names))


@pytest.mark.django_db(transaction=True)
def test_beat__no_worker_runs__queue_stays_short_and_beat_says_so(
    processes: Processes, tmp_path: Path
) -> None:
    heartbeat = tmp_path / "heartbeat"
    with redis.Redis.from_url(own_queue()["REDIS_URL"]) as valkey:
        valkey.delete("celery")
        valkey.rpush("celery", *("waits" for _ in range(LONGEST - 1)))
        processes.manage("beat", "--heartbeat", str(heartbeat), env=own_queue())
        eventually(lambda: valkey.llen("celery") >= LONGEST)
        held = eventually(lambda: "beat.held_back" in log_of(processes) and heartbeat.stat())
        eventually(lambda: heartbeat.stat().st_mtime_ns > held.st_mtime_ns)
        assert valkey.llen("celery") == LONGEST
        valkey.delete("celery")
        eventually(lambda: valkey.llen("celery") > 0)


def log_of(processes: Processes) -> str:
    return (processes.folder / "process-0.log").read_text()
