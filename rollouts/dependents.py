"""What a rollout under way needs, so that nobody takes it away."""

from __future__ import annotations

from django.db.models import QuerySet

from rollouts.models import FINISHED, Rollout


def of_feature(key: str) -> list[str]:
    """Rollouts of the feature that are under way."""
    return _in_words(_under_way().filter(toggle__feature__key=key))


def of_variant(key: str) -> list[str]:
    """Rollouts under way that give the variant; the key is `<feature>/<variant>`."""
    feature, _, variant = key.partition("/")
    return _in_words(_under_way().filter(toggle__feature__key=feature, variant=variant))


def of_segment(key: str) -> list[str]:
    """Rollouts under way with a step for the segment."""
    return _in_words(_under_way().filter(steps__segment=key).distinct())


def _under_way() -> QuerySet[Rollout]:
    found = Rollout.objects.exclude(state__in=FINISHED)
    return found.select_related("toggle__feature", "toggle__environment")


def _in_words(rollouts: QuerySet[Rollout]) -> list[str]:
    return [
        f"the rollout of {one.toggle.feature.key} in {one.toggle.environment.key}"
        for one in rollouts
    ]
