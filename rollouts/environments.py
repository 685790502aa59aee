"""What rollouts keep an environment from going, and what becomes of those that have ended."""

from __future__ import annotations

from accounts.models import Environment
from rollouts.models import FINISHED, Rollout


def of_environment(key: str) -> list[str]:
    """Rollouts that are under way there."""
    under_way = Rollout.objects.filter(toggle__environment__key=key).exclude(state__in=FINISHED)
    return [f"the rollout {number}" for number in under_way.values_list("pk", flat=True)]


def deleting(environment: Environment) -> None:
    """Rollouts that have ended go with their toggles; the audit log keeps what they did."""
    Rollout.objects.filter(toggle__environment=environment).delete()
