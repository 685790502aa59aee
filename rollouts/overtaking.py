"""Has somebody else changed the toggle under a rollout?

A rollout never overwrites a person's change. It knows its own work by content, so a person who sets
the toggle back to what the rollout had made of it lets the rollout go on.
"""

from __future__ import annotations

from rollouts.exposure import gives
from rollouts.models import Rollout
from toggles.models import Revision


def own_revision(rollout: Rollout) -> Revision:
    """The last revision that the rollout made, or the one that it found."""
    prefix = f"rollout:{rollout.id}:"
    made = rollout.toggle.revisions.filter(origin__startswith=prefix).order_by("-number").first()
    return made or rollout.before


def current_revision(rollout: Rollout) -> Revision:
    """The toggle's revision now, read anew."""
    return Revision.objects.get(current_of=rollout.toggle_id)


def why_overtaken(rollout: Rollout) -> str:
    """A sentence when the toggle is not as the rollout left it; empty when it is."""
    own, now = own_revision(rollout), current_revision(rollout)
    if (own.enabled, own.rules, own.more) == (now.enabled, now.rules, now.more):
        return ""
    return (
        f"{now.author} changed the toggle in revision {now.number} ({now.reason}); the rollout "
        f"had left it at revision {own.number}."
    )


def still_given(rollout: Rollout) -> bool:
    """Whether the toggle as it is now gives the variant to anybody."""
    now = current_revision(rollout)
    return gives(now.enabled, now.rules, rollout.variant, now.more)
