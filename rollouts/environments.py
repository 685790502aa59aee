"""What becomes of an environment's rollouts when it goes."""

from __future__ import annotations

from accounts.models import Environment
from rollouts.models import Rollout


def deleting(environment: Environment) -> None:
    """Rollouts that have ended go with their toggles; the audit log keeps what they did."""
    Rollout.objects.filter(toggle__environment=environment).delete()
