"""Sentences about a rollout, for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rollouts.models import Effect, Rollout, RolloutState, RolloutStep

S = RolloutState


def headline(rollout: Rollout, steps: Sequence[RolloutStep], now: datetime) -> str:
    """One sentence: where the rollout stands."""
    step = steps[rollout.position]
    where = f"step {step.position + 1} of {len(steps)}, {step.title}"
    sentences: dict[str, str] = {
        S.PREPARING: "Putting the routes in place; nobody has the feature from this rollout yet.",
        S.EXPOSING: f"Exposing {where}.",
        S.BAKING: f"Watching {where}{_left(step, now)}.",
        S.PAUSED: f"Paused at {where}.",
        S.COMPENSATING: "Taking it back: the toggle first, then the routes.",
        S.COMPLETED: "Completed: every step is exposed and baked.",
        S.ROLLED_BACK: "Rolled back: toggle and routes are as they were.",
        S.ABORTED: "Aborted.",
    }
    return sentences[rollout.state]


def _left(step: RolloutStep, now: datetime) -> str:
    if step.exposed_at is None:
        return ""
    left = step.bake_seconds - (now - step.exposed_at).total_seconds()
    return f", {_duration(left)} to go" if left > 0 else ", longer than planned"


def _duration(seconds: float) -> str:
    """To the second below two minutes, to the minute below two hours."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


EFFECTS = {
    "want": "The route of {subject} is wanted from now on.",
    "routes": "The mesh was given the routes of {subject}.",
    "verified": "The mesh acts on the routes of {subject}.",
    "expose": "The toggle was moved to the exposure of step {number}.",
    "baked": "Step {number} was watched to its end.",
    "back": "The toggle went back to what it was before.",
    "drained": "The new version has no requests any more.",
    "unwant": "The route of {subject} is not wanted any more.",
    "unroute": "The mesh was given back the routes of {subject} as they were.",
    "kept": "Toggle and routes were left as somebody else had set them.",
}


def effect(entry: Effect) -> str:
    """What was done, in one sentence."""
    kind, _, subject = entry.name.partition(":")
    number = int(subject) + 1 if subject.isdecimal() else 0
    how = str(entry.detail.get("how", ""))
    return " ".join(filter(None, [EFFECTS[kind].format(subject=subject, number=number), how]))
