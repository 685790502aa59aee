"""What rollouts under way depend on, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rollouts.models import FINISHED, Rollout
from rollouts.reads import route_plans_of
from routing.reads import RoutePlan


def of_feature(key: str) -> list[str]:
    return _in_words(_under_way(toggle__feature__key=key))


def of_variant(key: str) -> list[str]:
    """Rollouts that give the variant; the key is `<feature>/<variant>`."""
    feature, _, variant = key.partition("/")
    return _in_words(_under_way(toggle__feature__key=feature, variant=variant))


def of_environment(key: str) -> list[str]:
    return _in_words(_under_way(toggle__environment__key=key))


def of_segment(key: str) -> list[str]:
    """Rollouts with a step for it."""
    return _in_words(_under_way(steps__segment=key))


def of_service(key: str) -> list[str]:
    return _in_words(_with_route(_under_way(), lambda plan: plan.service == key))


def of_version(key: str) -> list[str]:
    """Rollouts to it, and those that send everyone else to it."""
    environment, service, version = key.split("/")
    found = _under_way(toggle__environment__key=environment)
    return _in_words(
        _with_route(found, lambda p: p.service == service and version in (p.version, p.baseline))
    )


def of_placement(key: str) -> list[str]:
    environment, service = key.split("/")
    found = _under_way(toggle__environment__key=environment)
    return _in_words(_with_route(found, lambda plan: plan.service == service))


def of_route(key: str) -> list[str]:
    environment, service, feature, variant = key.split("/", 3)
    found = _under_way(
        toggle__environment__key=environment, toggle__feature__key=feature, variant=variant
    )
    return _in_words(_with_route(found, lambda plan: plan.service == service))


def of_participant(key: str) -> list[str]:
    feature, service = key.split("/")
    found = _under_way(toggle__feature__key=feature)
    return _in_words(_with_route(found, lambda plan: plan.service == service))


def of_mesh(environment: str) -> list[str]:
    """Rollouts that have routes."""
    found = _under_way(toggle__environment__key=environment)
    return _in_words(_with_route(found, lambda _: True))


def _under_way(**where: str) -> list[Rollout]:
    found = Rollout.objects.exclude(state__in=FINISHED).filter(**where).distinct()
    return list(found.select_related("toggle__feature", "toggle__environment"))


def _with_route(found: Iterable[Rollout], fits: Callable[[RoutePlan], bool]) -> list[Rollout]:
    return [one for one in found if any(fits(plan) for plan in route_plans_of(one))]


def _in_words(found: Iterable[Rollout]) -> list[str]:
    return [
        f"the rollout of {one.toggle.feature.key} in {one.toggle.environment.key} ({one.state}, "
        f"{one.pk})"
        for one in found
    ]
