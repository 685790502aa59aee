"""What the killed process runs: a rollout to its end, or until a checkpoint kills it.

It is preloaded once and forked for each case, so that a case costs no start of Python; each fork is
a process of its own with connections of its own.
"""

from __future__ import annotations

import os
import signal
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controlplane.settings")
django.setup()

from django.db import connection  # noqa: E402 - needs the settings

from routing.reads import inject_router  # noqa: E402
from tests.rollouts.world import World  # noqa: E402
from tests.routing.fake_router import FakeRouter  # noqa: E402
from tests.routing.shop import PRODUCTION  # noqa: E402


class Killer:
    """Counts checkpoints, and kills its own process at one of them."""

    def __init__(self, at: int | None) -> None:
        self.at, self.passed = at, 0

    def __call__(self, _name: str) -> None:
        if self.passed == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1


def run_rollout(
    *, database: str, rollout: str, mesh: str, broken: str, kill_at: int | None
) -> None:
    """Run the rollout to its end in this process; dies at the checkpoint `kill_at`."""
    connection.settings_dict["NAME"] = database
    router = FakeRouter({"file": mesh})
    inject_router(PRODUCTION, router)
    world = World(UUID(rollout), router, broken=broken)
    world.checkpoint = Killer(kill_at)
    world.run()
