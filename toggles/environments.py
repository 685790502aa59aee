"""What toggles does when an environment comes or goes, and what keeps one from going."""

from __future__ import annotations

from accounts.models import Environment
from events.actions import wake_relay
from governance.authorship import Authorship
from togglemesh.engine import Exposure
from toggles import change_log
from toggles.changes.revising import revise
from toggles.models import ChangeClock, Feature, Lifecycle, Toggle


def created(by: Authorship, environment: Environment) -> None:
    """Every feature gets its toggle there: off, exposed to nobody."""
    # The relay looks at each clock's stream: what an environment of this name once left goes.
    ChangeClock.objects.create(environment=environment)
    wake_relay()
    for feature in Feature.objects.all():
        toggle = Toggle.objects.create(feature=feature, environment=environment)
        revise(by, toggle, Exposure(enabled=False))
        if feature.lifecycle == Lifecycle.ARCHIVED:
            change_log.append(environment, "feature-removed", feature.key, None)


def deleting(environment: Environment) -> None:
    """Its toggles go with their revisions; features stay. The audit log keeps what was set."""
    toggles = Toggle.objects.filter(environment=environment)
    toggles.update(current=None)
    toggles.delete()


def of_environment(key: str) -> list[str]:
    """Toggles that are on there, archived features' left out."""
    on = Toggle.objects.filter(
        environment__key=key, current__enabled=True, feature__lifecycle=Lifecycle.ACTIVE
    )
    return [f"the feature {one}" for one in on.values_list("feature__key", flat=True)]
