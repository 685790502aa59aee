"""What of toggles depends on features, segments, teams; and how their subjects are reverted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from governance.changes import Change
from governance.refusals import Conflict
from toggles.changes import DeleteSegment, SetFeatureState, SetSegment
from toggles.models import Feature, Revision, Segment
from toggles.prerequisites import features_requiring


def of_feature(key: str) -> list[str]:
    """Active features that require it."""
    return sorted({f"the feature {name} in {where}" for where, name, _ in features_requiring(key)})


def of_segment(key: str) -> list[str]:
    """Exposures and other segments that ask for it, archived features' included."""
    revisions = Revision.objects.filter(current_of__isnull=False)
    # A cheap look for the name first: reading every exposure would take long.
    revisions = revisions.annotate(
        rules_text=Cast("rules", TextField()), more_text=Cast("more", TextField())
    )
    named = f'"{key}"'
    found = revisions.filter(rules_text__contains=named) | revisions.filter(
        more_text__contains=named
    )
    rows = found.select_related("toggle__feature", "toggle__environment")
    told = {
        f"the feature {one.toggle.feature.key} in {one.toggle.environment.key}"
        for one in rows
        if key in _segments_in([one.rules, one.more])
    }
    others = Segment.objects.exclude(key=key).exclude(when=None)
    told |= {f"the segment {one.key}" for one in others if key in _segments_in(one.when)}
    return sorted(told)


def of_team(key: str) -> list[str]:
    """Features and segments that it owns."""
    features = Feature.objects.filter(owner__key=key).values_list("key", flat=True)
    segments = Segment.objects.filter(owner__key=key).values_list("key", flat=True)
    return [f"the feature {one}" for one in features] + [f"the segment {one}" for one in segments]


def revert_segment(key: str, state: Mapping[str, Any] | None) -> Change[Any]:
    """The change that gives a segment an earlier state."""
    return DeleteSegment(key) if state is None else SetSegment(key, **state)


def revert_feature(key: str, state: Mapping[str, Any] | None) -> Change[Any]:
    """The change that gives a feature an earlier state."""
    if state is None:
        raise Conflict(revision=f"Before that there was no {key!r}: archive it instead.")
    return SetFeatureState(key, state)


def _segments_in(part: Any) -> Iterator[str]:
    """Every segment that a part of an exposure names, in lists and in conditions."""
    if isinstance(part, Mapping):
        for name, inner in part.items():
            if name == "segments" and isinstance(inner, list):
                yield from (one for one in inner if isinstance(one, str))
            elif name == "segment" and isinstance(inner, str):
                yield inner
            else:
                yield from _segments_in(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _segments_in(inner)
