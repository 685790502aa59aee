"""Find rollouts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from governance.refusals import NotFound
from rollouts.models import FINISHED, Rollout

# The sweeper comes once a second: better a little early than a second late.
EARLY = timedelta(seconds=0.3)


def get_rollout(rollout: UUID, *, lock: bool = False) -> Rollout:
    """The rollout with its toggle. Raises NotFound naming `rollout`. `lock` needs a transaction."""
    query = Rollout.objects.select_related("toggle__feature", "toggle__environment", "before")
    if lock:
        query = query.select_for_update(of=("self",))
    found = query.filter(pk=rollout).first()
    if found is None:
        raise NotFound(rollout=f"There is no rollout {rollout}.")
    return found


def rollouts_of(*, feature: str, environment: str | None = None) -> Sequence[Rollout]:
    """A feature's rollouts, newest first."""
    found = Rollout.objects.select_related("toggle__feature", "toggle__environment", "before")
    found = found.filter(toggle__feature__key=feature)
    return list(found.filter(toggle__environment__key=environment) if environment else found)


def active_rollout(*, feature: str, environment: str) -> Rollout | None:
    """The rollout under way; there is at most one."""
    found = rollouts_of(feature=feature, environment=environment)
    return next((r for r in found if r.state not in FINISHED), None)


def due_rollouts(now: datetime) -> list[UUID]:
    """The rollouts that a worker has to look at."""
    found = Rollout.objects.exclude(state__in=FINISHED).filter(due_at__lte=now + EARLY)
    return list(found.order_by("due_at").values_list("id", flat=True))
