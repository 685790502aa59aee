"""Tell of a rollout: the audit entry and the event, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from events.actions import emit
from governance import actions as governance
from governance import principals
from governance.authorship import Authorship
from rollouts.models import Rollout


def saga(rollout: Rollout) -> Authorship:
    """The author of what the rollout does by itself, with the person's reason."""
    asked = f"{rollout.author}: {rollout.reason}"
    return Authorship(principals.rollout(rollout.id), f"Rollout asked for by {asked}")


def tell(by: Authorship, rollout: Rollout, event: str, detail: Mapping[str, Any]) -> None:
    """Audit entry on `rollout:<id>`, and an event on the topic `rollouts` under the feature."""
    toggle = rollout.toggle
    whole = {
        "rollout": str(rollout.id),
        "feature": toggle.feature.key,
        "environment": toggle.environment.key,
        "state": rollout.state,
        "why": rollout.why,
        **detail,
    }
    governance.record(by, event, f"rollout:{rollout.id}", whole)
    emit("rollouts", event, toggle.feature.key, whole)
