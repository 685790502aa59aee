"""Pause, resume, promote, abort a rollout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.policy import InTeam, Permission
from governance.principals import Role
from governance.refusals import Conflict
from rollouts import record, rules
from rollouts.models import Rollout, RolloutState
from rollouts.nudges import nudge_after_commit
from rollouts.overtaking import why_overtaken
from rollouts.reads import get_rollout
from rollouts.saves import end_bake, move


class _Steer(Change[Rollout]):
    """One thing that a person may do with a rollout under way; subclasses say what it does."""

    rollout: UUID

    name = ""
    event = ""
    only_if_ours = False  # whether the toggle must still be as the rollout left it

    def permissions(self) -> Sequence[Permission]:
        toggle = get_rollout(self.rollout).toggle
        return [InTeam(Role.EDITOR, toggle.feature.owner.key, toggle.environment.key)]

    def check(self) -> None:
        self._check(get_rollout(self.rollout))

    def apply(self, by: Authorship) -> Rollout:
        found = get_rollout(self.rollout, lock=True)
        self._check(found)
        self.steer(by, found, timezone.now())
        record.tell(by, found, self.event, {"position": found.position})
        nudge_after_commit(found.id)
        return found

    def describe(self) -> Description:
        found = get_rollout(self.rollout)
        return Description(f"{self.name.capitalize()}: the rollout of {found.toggle}.", found.state)

    def steer(self, by: Authorship, rollout: Rollout, now: datetime) -> None:
        raise NotImplementedError

    def _check(self, rollout: Rollout) -> None:
        title = rollout.steps.get(position=rollout.position).title
        refusal = rules.why_not(self.name, rollout.state, rollout.paused_from, title)
        if refusal:
            raise Conflict(state=refusal)
        overtaken = why_overtaken(rollout) if self.only_if_ours else ""
        if overtaken:
            raise Conflict(state=f"{overtaken} Set it back to that, or abort the rollout.")


@dataclass(frozen=True)
class Pause(_Steer):
    """Stop where it is. What is exposed stays exposed, and the gate goes on watching it."""

    rollout: UUID

    name, event = "pause", "rollout.paused"

    def steer(self, by: Authorship, rollout: Rollout, now: datetime) -> None:
        move(rollout, RolloutState.PAUSED, f"Paused by {by.author}: {by.reason}", now)


@dataclass(frozen=True)
class Resume(_Steer):
    """Go on from where it was paused. Conflict while the toggle is not as the rollout left it."""

    rollout: UUID

    name, event, only_if_ours = "resume", "rollout.resumed", True

    def steer(self, by: Authorship, rollout: Rollout, now: datetime) -> None:
        move(rollout, rollout.paused_from, f"Resumed by {by.author}: {by.reason}", now)


@dataclass(frozen=True)
class Promote(_Steer):
    """Skip the rest of this step's bake, and go on when paused."""

    rollout: UUID

    name, event, only_if_ours = "promote", "rollout.promoted", True

    def steer(self, by: Authorship, rollout: Rollout, now: datetime) -> None:
        end_bake(by, rollout, f"{by.author} skipped the rest of the bake: {by.reason}", now)


@dataclass(frozen=True)
class Abort(_Steer):
    """Take it back: the toggle first, then the routes."""

    rollout: UUID

    name, event = "abort", "rollout.aborting"

    def steer(self, by: Authorship, rollout: Rollout, now: datetime) -> None:
        why = f"Aborted by {by.author}: {by.reason}"
        changes = {"cause": why, "compensating_to": RolloutState.ABORTED}
        move(rollout, RolloutState.COMPENSATING, why, now, **changes)
