"""Set and delete rollout templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.reads import get_team
from events.actions import emit
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.history import expect_revision, keep_revision
from governance.names import check_key
from governance.policy import InTeam, Permission
from governance.principals import Role
from rollouts.models import RolloutTemplate
from rollouts.policy import plan_gate
from rollouts.steps import plan_steps
from rollouts.templates import find_template, get_template, template_state


@dataclass(frozen=True)
class SetRolloutTemplate(Change[RolloutTemplate]):
    """Create or change a template. Rollouts that began from it stay as they are."""

    key: str
    name: str
    owner: str
    steps: Sequence[Mapping[str, Any]]
    gate: Mapping[str, Any] = field(default_factory=dict)
    expected_revision: int | None = None

    def permissions(self) -> Sequence[Permission]:
        found = find_template(self.key)
        owners = {get_team(self.owner).key} | ({found.owner.key} if found else set())
        return [InTeam(Role.EDITOR, owner) for owner in sorted(owners)]

    def check(self) -> None:
        check_key(self.key)
        expect_revision(f"rollout-template:{self.key}", self.expected_revision)
        plan_steps(self.steps)
        plan_gate(self.gate)

    def apply(self, by: Authorship) -> RolloutTemplate:
        found = find_template(self.key)
        before = template_state(found) if found else None
        template = self._changed(found)
        after = template_state(template)
        if before != after:
            template.save()
            _tell(by, "rollout-template.set", self.key, before, after)
        return template

    def describe(self) -> Description:
        found = find_template(self.key)
        before = template_state(found) if found else None
        verb = "Changes" if found else "Creates"
        after = template_state(self._changed(found))
        return Description(f"{verb} the rollout template {self.key}.", before, after)

    def _changed(self, found: RolloutTemplate | None) -> RolloutTemplate:
        template = found or RolloutTemplate(key=self.key)
        template.name = self.name.strip() or self.key
        template.owner = get_team(self.owner)
        template.steps = [dict(step) for step in self.steps]
        template.gate = dict(self.gate)
        return template


@dataclass(frozen=True)
class DeleteRolloutTemplate(Change[None]):
    """Delete a template; rollouts keep their own steps."""

    key: str
    expected_revision: int | None = None

    def permissions(self) -> Sequence[Permission]:
        return [InTeam(Role.EDITOR, get_template(self.key).owner.key)]

    def check(self) -> None:
        get_template(self.key)
        expect_revision(f"rollout-template:{self.key}", self.expected_revision)

    def apply(self, by: Authorship) -> None:
        found = get_template(self.key)
        before = template_state(found)
        found.delete()
        _tell(by, "rollout-template.deleted", self.key, before, None)

    def describe(self) -> Description:
        before = template_state(get_template(self.key))
        return Description(f"Deletes the rollout template {self.key}.", before, None)


def revert_template(key: str, state: Mapping[str, Any] | None) -> Change[Any]:
    """The change that gives a template an earlier state."""
    return DeleteRolloutTemplate(key) if state is None else SetRolloutTemplate(key, **state)


def _tell(by: Authorship, action: str, key: str, before: Any, after: Any) -> None:
    revision = keep_revision(by, action, f"rollout-template:{key}", before=before, after=after)
    told = {"revision": revision.number, "before": before, "after": after}
    emit("rollouts", action, key, told)
