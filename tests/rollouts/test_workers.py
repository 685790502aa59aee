"""Several workers, lost nudges, and a broker that is down."""

from __future__ import annotations

import socket
import sys
from datetime import timedelta
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from controlplane.stack.freeports import free_port
from rollouts import nudges, saga, tasks
from rollouts.models import RolloutState
from rollouts.reads import due_rollouts, get_rollout
from tests.processes import Processes
from tests.rollouts.conftest import Start
from tests.rollouts.world import World
from tests.routing.fake_router import FakeRouter


@pytest.mark.django_db(transaction=True)
def test_advance__second_worker_at_any_point__does_nothing(
    start: Start, router: FakeRouter
) -> None:
    world = World(start().id, router, broken="cart")
    seconds: list[str] = []

    def second_worker() -> None:
        try:
            saga.advance(world.rollout, checkpoint=seconds.append, clock=world.clock)
        finally:
            connection.close()

    def let_it_come(_checkpoint: str) -> None:
        thread = Thread(target=second_worker)
        thread.start()
        thread.join(30)
        assert not thread.is_alive()

    for _ in range(400):
        # Not inside a transaction: the second would rightly wait for the first one's turn.
        world.checkpoint = lambda name: None if "not committed" in name else let_it_come(name)
        if world.tick().state == RolloutState.ROLLED_BACK:
            break
    assert get_rollout(world.rollout).state == RolloutState.ROLLED_BACK
    assert seconds == []


def test_advance__not_due__does_nothing(start: Start, router: FakeRouter) -> None:
    world = World(start().id, router)
    world.run(until=lambda found: found.state == RolloutState.BAKING)
    passed: list[str] = []
    saga.advance(world.rollout, checkpoint=passed.append, clock=world.clock)
    assert passed == []


@pytest.mark.django_db
def test_nudge__missing_rollout__is_fine() -> None:
    tasks.nudge(str(uuid4()))


def test_nudge__twice__is_as_once(start: Start, router: FakeRouter) -> None:
    rollout = start()
    tasks.nudge(str(rollout.id))
    before = list(rollout.effects.values_list("name", "done_at"))
    tasks.nudge(str(rollout.id))
    assert list(rollout.effects.values_list("name", "done_at")) == before


def test_sweep__due_and_not_due__nudges_only_the_due(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    monkeypatch.setattr(nudges, "nudge", sent.append)
    rollout = start()
    tasks.sweep()
    assert sent == [rollout.id]
    type(rollout).objects.update(due_at=timezone.now() + timedelta(seconds=60))
    tasks.sweep()
    assert sent == [rollout.id]


CLICK = """
import sys, time, django
django.setup()
from uuid import UUID
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from rollouts.changes import Pause
begun = time.monotonic()
perform(Authorship(system("bob"), "broker down"), Pause(UUID(sys.argv[1])))
took = time.monotonic() - begun
assert took < 5, took
"""


@pytest.mark.django_db(transaction=True)
def test_pause__broker_takes_connections_and_says_nothing__is_not_held_up(
    start: Start, processes: Processes
) -> None:
    rollout = start()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        clicking = processes.run(
            [sys.executable, "-c", CLICK, str(rollout.id)],
            env={
                "REDIS_URL": f"redis://127.0.0.1:{silent.getsockname()[1]}/0",
                "DJANGO_SETTINGS_MODULE": "controlplane.settings",
            },
        )
        assert clicking.wait(30) == 0, (processes.folder / "process-0.log").read_text()
    assert get_rollout(rollout.id).state == RolloutState.PAUSED


@pytest.mark.django_db(transaction=True)
def test_pause__broker_down__no_error_and_the_sweeper_finds_it(
    start: Start, processes: Processes
) -> None:
    rollout = start()
    clicking = processes.run(
        [sys.executable, "-c", CLICK, str(rollout.id)],
        env={
            "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
            "DJANGO_SETTINGS_MODULE": "controlplane.settings",
        },
    )
    assert clicking.wait(30) == 0, (processes.folder / "process-0.log").read_text()
    assert get_rollout(rollout.id).state == RolloutState.PAUSED
    assert due_rollouts(timezone.now()) == [rollout.id]
