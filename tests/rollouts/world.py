"""Runs a rollout in a world whose time the test holds, with traffic that follows the toggle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from rollouts import saga
from rollouts.models import FINISHED, Rollout
from rollouts.overtaking import current_revision
from rollouts.reads import get_rollout
from tests.routing.fake_router import FakeRouter
from tests.routing.shop import SERVICES

Checkpoint = Callable[[str], None]


class World:
    """Time goes on from one due moment to the next; between them requests come in."""

    def __init__(self, rollout: UUID, router: FakeRouter, *, broken: str = "") -> None:
        self.rollout, self.router, self.broken = rollout, router, broken
        self.now = get_rollout(rollout).due_at
        self.checkpoint: Checkpoint = saga.pass_by
        self.silent = False  # nobody asks for anything
        self.stuck = False  # old requests go on, whatever the toggle says

    def tick(self) -> Rollout:
        """What a nudge does at the next due moment, then a second's requests."""
        found = get_rollout(self.rollout)
        self.now = max(self.now, found.due_at)
        saga.advance(self.rollout, checkpoint=self.checkpoint, clock=self.clock)
        self._requests()
        return get_rollout(self.rollout)

    def run(self, until: Callable[[Rollout], bool] | None = None, ticks: int = 400) -> Rollout:
        """Ticks until the rollout has ended, or `until` says so."""
        done = until or (lambda rollout: rollout.state in FINISHED)
        for _ in range(ticks):
            found = self.tick()
            if done(found):
                return found
        raise AssertionError(f"still {found.state} ({found.why}) after {ticks} ticks")

    def clock(self) -> datetime:
        return self.now

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def _requests(self) -> None:
        exposed = self.stuck or current_revision(get_rollout(self.rollout)).enabled
        for service in () if self.silent else SERVICES:
            self.router.add_traffic(service, "v1", 100)
            if exposed:
                errors = 20 if service == self.broken else 0
                self.router.add_traffic(service, "v2", 20, errors)
