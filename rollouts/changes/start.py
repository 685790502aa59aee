"""Start a rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone

from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.policy import InTeam, Permission
from governance.principals import Role
from governance.refusals import Conflict, Invalid
from rollouts import record
from rollouts.exposure import check_raises
from rollouts.models import FINISHED, Rollout, RolloutStep
from rollouts.nudges import nudge_after_commit
from rollouts.policy import plan_gate
from rollouts.steps import Step, plan_steps
from routing.reads import RoutePlan, check_consent, check_ready, route_plans
from toggles.models import Revision, Toggle
from toggles.reads import get_active_feature, get_segment, get_toggle


@dataclass(frozen=True)
class StartRollout(Change[Rollout]):
    """Start a rollout of a variant.

    `steps` are `{"segment": key}` or `{"percentage": 1..100}`, each with `bake_seconds`; `gate` has
    any of the fields of `rollouts.policy.GatePolicy`. Raises Invalid, NotFound or Conflict naming
    `feature`, `environment`, `variant`, `steps`, `gate`, `service` or `version`.
    """

    feature: str
    environment: str
    variant: str = "on"
    steps: Sequence[Mapping[str, Any]] = ()
    gate: Mapping[str, Any] | None = None

    def permissions(self) -> Sequence[Permission]:
        owner = self._toggle().feature.owner.key
        return [InTeam(Role.EDITOR, owner, self.environment)]

    def prepare(self) -> None:
        """The mesh is asked before the transaction: nobody waits for it with the lock in hand."""
        self._check_asked()
        check_ready(self.environment, self._routes())

    def check(self) -> None:
        self._check_asked()
        toggle = self._toggle()
        before = _current(toggle)
        check_consent(self.feature, [route.service for route in self._routes()])
        _check_rules_decide(toggle, before)
        rules = before.rules if before.enabled else []
        check_raises(rules, self.variant, plan_steps(self.steps))
        _check_none_active(toggle)

    def apply(self, by: Authorship) -> Rollout:
        rollout = self._create(by)
        steps = plan_steps(self.steps)
        RolloutStep.objects.bulk_create(
            RolloutStep(rollout=rollout, position=position, **_columns(step))
            for position, step in enumerate(steps)
        )
        titles = [step.title for step in steps]
        detail = {"variant": self.variant, "steps": titles, "gate": rollout.gate}
        record.tell(by, rollout, "rollout.started", detail)
        nudge_after_commit(rollout.id)
        return rollout

    def describe(self) -> Description:
        titles = [step.title for step in plan_steps(self.steps)]
        where = f"{self.feature} in {self.environment}"
        return Description(f"Rolls out {self.variant} of {where}: {', '.join(titles)}.")

    def _create(self, by: Authorship) -> Rollout:
        toggle, routes, now = self._toggle(), self._routes(), timezone.now()
        return Rollout.objects.create(
            toggle=toggle,
            variant=self.variant,
            author=by.author,
            reason=by.reason,
            before=_current(toggle),
            gate=asdict(plan_gate(self.gate)),
            routes=[asdict(route) for route in routes],
            why="The routes are being put in place." if routes else "",
            state_since=now,
            due_at=now,
            started_at=now,
        )

    def _check_asked(self) -> None:
        steps = plan_steps(self.steps)
        plan_gate(self.gate)
        get_active_feature(self.feature)
        _check_variant(self._toggle(), self.variant)
        for step in steps:
            if step.segment:
                get_segment(step.segment)

    def _toggle(self) -> Toggle:
        return get_toggle(feature=self.feature, environment=self.environment)

    def _routes(self) -> list[RoutePlan]:
        return route_plans(feature=self.feature, environment=self.environment, variant=self.variant)


def _current(toggle: Toggle) -> Revision:
    if toggle.current is None:
        raise RuntimeError(f"{toggle} has no revision: it was not made by CreateFeature")
    return toggle.current


def _check_variant(toggle: Toggle, variant: str) -> None:
    feature = toggle.feature
    others = [name for name in feature.variants if name != feature.off_variant]
    if variant not in others:
        raise Invalid(
            variant=f"{variant!r} cannot be rolled out; {feature.key} has {', '.join(others)}."
        )


def _check_rules_decide(toggle: Toggle, before: Revision) -> None:
    for field in ("targeting", "schedule"):
        if before.more.get(field):
            raise Conflict(
                feature=f"{toggle.feature.key} has {field} in {toggle.environment.key}, which "
                "stands in the place of the rules that a rollout writes; take it out first."
            )


def _check_none_active(toggle: Toggle) -> None:
    # With the writers' lock nobody can slip in; the database's constraint stands behind this.
    if toggle.rollouts.exclude(state__in=FINISHED).exists():
        raise Conflict(
            feature=f"{toggle.feature.key} has a rollout under way in {toggle.environment.key}; "
            "let it end, or abort it."
        )


def _columns(step: Step) -> dict[str, Any]:
    return {
        "segment": step.segment,
        "percentage": step.percentage,
        "bake_seconds": step.bake_seconds,
    }
