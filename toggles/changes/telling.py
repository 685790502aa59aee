"""What changes of features and segments end with: a revision, an audit entry, events, the log."""

from __future__ import annotations

from typing import Any

from accounts.models import Environment
from events.actions import emit
from governance.authorship import Authorship
from governance.history import keep_revision
from toggles import change_log
from toggles.documents import feature_document, segment_document
from toggles.models import Feature, Lifecycle, Segment, Toggle


def tell(by: Authorship, action: str, subject: str, *, before: Any, after: Any) -> None:
    """Keep the revision and emit the event on the topic `toggles`, under the subject's key."""
    revision = keep_revision(by, action, subject, before=before, after=after)
    _, _, key = subject.partition(":")
    emit("toggles", action, key, {"revision": revision.number, "before": before, "after": after})


def toggles_of(feature: Feature) -> list[Toggle]:
    """Its toggles, each knowing the feature as it is about to be."""
    toggles = list(Toggle.objects.filter(feature=feature).select_related("environment", "current"))
    for toggle in toggles:
        toggle.feature = feature
    return toggles


def append_feature(feature: Feature) -> None:
    """Tell every environment of the feature as it is now; an archived one is told as removed."""
    for toggle in toggles_of(feature):
        if feature.lifecycle == Lifecycle.ACTIVE:
            document = feature_document(toggle)
            change_log.append(toggle.environment, "feature", feature.key, document)
        else:
            change_log.append(toggle.environment, "feature-removed", feature.key, None)


def append_removed_segment(key: str) -> None:
    for environment in Environment.objects.all():
        change_log.append(environment, "segment-removed", key, None)


def append_segment(segment: Segment) -> None:
    for environment in Environment.objects.all():
        change_log.append(environment, "segment", segment.key, segment_document(segment))
