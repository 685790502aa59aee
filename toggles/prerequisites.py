"""What a toggle requires of others: refused when unknown, or when it leads back to itself."""

from collections.abc import Mapping
from typing import Any

from governance.refusals import Conflict, Invalid
from togglemesh.engine import find_cycle
from togglemesh.engine.documents.variants import names_disabled
from toggles.models import Feature, Lifecycle, Revision, Toggle


def check(toggle: Toggle, more: Mapping[str, Any]) -> None:
    """Raise Invalid naming `more`. Takes `more` to be sound; the caller holds the turn."""
    required = more.get("prerequisites", ())
    if not required:
        return
    features = Feature.objects.filter(
        key__in=[one["feature"] for one in required], lifecycle=Lifecycle.ACTIVE
    )
    parents = {feature.key: feature for feature in features}
    for number, one in enumerate(required):
        _check_known(f"prerequisites[{number}]", one, parents)
    _check_cycle(toggle, more)


def check_variants_needed(feature: Feature) -> None:
    """Raise Conflict when another feature's prerequisite names a variant that is not there."""
    for where, key, one in features_requiring(feature.key):
        for name in one.get("variants", ()):
            if not has_variant(feature, name):
                raise Conflict(
                    variants=f"{key} in {where} requires the variant {name!r} of {feature.key}: "
                    "take that out there first."
                )


def features_requiring(key: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Environment, feature and prerequisite of every active feature that requires this one."""
    rows = Revision.objects.filter(
        current_of__feature__lifecycle=Lifecycle.ACTIVE,
        more__prerequisites__contains=[{"feature": key}],
    )
    found = rows.values_list("toggle__environment__key", "toggle__feature__key", "more")
    return [
        (where, feature, one)
        for where, feature, more in found
        for one in more["prerequisites"]
        if one["feature"] == key
    ]


def has_variant(feature: Feature, name: str) -> bool:
    """Whether a prerequisite may name it: a variant, or `disabled` of one without variants."""
    disabled = names_disabled([name], feature.variants, feature.off_variant)
    return name in feature.variants or disabled


def _check_known(at: str, one: Mapping[str, Any], parents: Mapping[str, Feature]) -> None:
    parent = parents.get(one["feature"])
    if parent is None:
        raise Invalid(more=f"{at}.feature: there is no feature {one['feature']!r}.")
    for number, name in enumerate(one.get("variants", ())):
        if has_variant(parent, name):
            continue
        there = ", ".join(parent.variants)
        raise Invalid(
            more=f"{at}.variants[{number}]: {parent.key} has no variant {name!r}; it has {there}."
        )


def _check_cycle(toggle: Toggle, more: Mapping[str, Any]) -> None:
    key, environment = toggle.feature.key, toggle.environment.key
    rows = Revision.objects.filter(
        current_of__environment=toggle.environment, more__has_key="prerequisites"
    )
    documents = dict(rows.values_list("toggle__feature__key", "more"))
    cycle = find_cycle(documents | {key: dict(more)})
    if cycle is not None:
        raise Invalid(more=f"prerequisites: {cycle_in_words(cycle, key)} in {environment}.")


def cycle_in_words(cycle: list[str], first: str) -> str:
    """E.g. `cart needs basket, which needs cart`, told from `first` on when it is part of it."""
    around = cycle[:-1]
    if first in around:
        start = around.index(first)
        around = around[start:] + around[:start]
    steps = [*around, around[0]]
    return f"{steps[0]} needs " + ", which needs ".join(steps[1:])
