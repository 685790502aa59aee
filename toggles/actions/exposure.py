"""Change who has a feature in an environment."""

from typing import Any

from django.db import transaction

from governance.authorship import Authorship
from governance.refusals import Conflict
from governance.turn import take_turn
from toggles.actions.revising import revise
from toggles.models import Revision, Toggle
from toggles.reads import get_revision, get_toggle


@transaction.atomic
def set_exposure(
    by: Authorship,
    *,
    feature: str,
    environment: str,
    enabled: bool,
    rules: list[dict[str, Any]],
    more: dict[str, Any] | None = None,
    expected_revision: int | None = None,
    origin: str | None = None,
) -> Revision:
    """Give a toggle a new revision.

    `more` is the rest of the exposure (`toggles.rules.MORE`); None keeps the present one's.
    `expected_revision` guards against overwriting somebody else's change: Conflict when the
    toggle has moved on. With an `origin` that made a revision before, that one is returned and
    nothing is changed, so that a repeated step takes effect once.
    """
    take_turn()
    toggle = get_toggle(feature=feature, environment=environment)
    made = toggle.revisions.filter(origin=origin).first() if origin else None
    if made is not None:
        return made
    _expect(toggle, expected_revision)
    if more is None:
        more = toggle.current.more if toggle.current else {}
    return revise(by, toggle, enabled=enabled, exposure=rules, more=more, origin=origin)


def go_back(
    by: Authorship, *, feature: str, environment: str, revision: int, origin: str | None = None
) -> Revision:
    """Give a toggle the content of an earlier revision, as a new one. NotFound without it."""
    earlier = get_revision(get_toggle(feature=feature, environment=environment), revision)
    return set_exposure(
        by,
        feature=feature,
        environment=environment,
        enabled=earlier.enabled,
        rules=earlier.rules,
        more=earlier.more,
        origin=origin,
    )


def _expect(toggle: Toggle, expected: int | None) -> None:
    now = toggle.current.number if toggle.current else 0
    if expected is not None and expected != now:
        raise Conflict(
            expected_revision=f"{toggle} is at revision {now} by now, not {expected}: look at what "
            "changed, then try again."
        )
