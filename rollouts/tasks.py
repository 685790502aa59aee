"""Celery tasks: they only nudge. Ids in, safe to repeat, a missing rollout is fine."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from governance.refusals import NotFound
from rollouts import nudges, saga
from rollouts.reads import due_rollouts


@shared_task(name="rollouts.nudge")
def nudge(rollout: str) -> None:
    """Carry one rollout on as far as it is due."""
    try:
        saga.advance(UUID(rollout))
    except NotFound:
        return


@shared_task(name="rollouts.sweep")
def sweep() -> None:
    """Nudge every rollout that is due."""
    for rollout in due_rollouts(timezone.now()):
        nudges.nudge(rollout)
