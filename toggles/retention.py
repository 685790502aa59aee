"""Remove old rows of the change log."""

from __future__ import annotations

from datetime import datetime

from events.retention import MayGoOn, remove
from toggles.change_source import ChangeSource
from toggles.models import Change, ChangeClock

# Twice what a stream is filled with: its end is found again also where the relay has been away.
ALWAYS_KEPT = 2 * ChangeSource.longest


def remove_old_changes(before: datetime, may_go_on: MayGoOn) -> int:
    """Remove changes from before this moment; the last ones of each environment stay.

    A reader that is further behind loads a snapshot.
    """
    gone = 0
    for environment, last in ChangeClock.objects.values_list("environment_id", "number"):
        old = Change.objects.filter(environment=environment, number__lte=last - ALWAYS_KEPT)
        gone += remove(old.filter(at__lt=before), may_go_on)
    return gone
