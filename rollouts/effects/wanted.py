"""Routes that the database wants, and the mesh being given what it wants."""

from __future__ import annotations

from governance.changes import perform
from rollouts import mesh
from rollouts.effects.doing import Doing, enter, turn
from rollouts.record import saga
from routing.changes import SetRouteWanted


def set_wanted(doing: Doing, *, wanted: bool) -> None:
    """Want the route of the service, or do not any more."""
    with turn(doing) as rollout:
        change = SetRouteWanted(
            feature=rollout.toggle.feature.key,
            environment=rollout.toggle.environment.key,
            service=doing.move.subject,
            variant=rollout.variant,
            wanted=wanted,
        )
        perform(saga(rollout), change)
        enter(doing, rollout)


def give_routes(doing: Doing) -> None:
    """Give the mesh what the database wants of the service, then enter it."""
    mesh.give_routes(doing.rollout, doing.move.subject)
    doing.checkpoint(f"{doing.move.name} done, not entered")
    with turn(doing) as rollout:
        enter(doing, rollout)
