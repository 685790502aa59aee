"""Create features; change what is the same in all their environments."""

from typing import Any

from django.db import transaction

from accounts.models import Environment
from accounts.reads import get_team
from events.actions import emit
from governance.actions import record
from governance.authorship import Authorship
from governance.refusals import Conflict, Invalid
from governance.turn import take_turn
from toggles import change_log, rules
from toggles.actions.revising import revise
from toggles.documents import document_of, feature_document
from toggles.models import Feature, FeatureKind, Revision, Toggle
from toggles.reads import get_feature

ON_AND_OFF: dict[str, Any] = {"off": {"value": False}, "on": {"value": True}}


@transaction.atomic
def create_feature(
    by: Authorship,
    *,
    key: str,
    name: str,
    owner: str,
    kind: str = FeatureKind.RELEASE,
    description: str = "",
    variants: dict[str, Any] | None = None,
    off_variant: str = "off",
    carried: bool = False,
    client_side: bool = False,
) -> Feature:
    """Create a feature, and its toggle in every environment: off, exposed to nobody."""
    rules.check_name(key)
    if kind not in FeatureKind.values:
        raise Invalid(kind=f"{kind!r} is no kind; choose one of {', '.join(FeatureKind.values)}.")
    variants = ON_AND_OFF if variants is None else variants
    rules.check_variants(variants, off_variant)
    if carried:
        rules.check_carried(key, variants)
    team = get_team(owner)
    take_turn()
    if Feature.objects.filter(key=key).exists():
        raise Conflict(key=f"There is a feature {key!r} already.")
    feature = Feature(
        key=key,
        name=name.strip() or key,
        owner=team,
        kind=kind,
        description=description,
        variants=variants,
        off_variant=off_variant,
        carried=carried,
        client_side=client_side,
    )
    rules.check_document(document_of(feature, Revision(number=1, enabled=False, rules=[])), ())
    feature.save()
    record(by, "feature.created", f"feature:{key}", {"owner": owner, "variants": variants})
    emit("toggles", "feature.created", key, {"owner": owner, "kind": kind})
    for environment in Environment.objects.all():
        toggle = Toggle.objects.create(feature=feature, environment=environment)
        revise(by, toggle, enabled=False, exposure=[], more={})
    return feature


@transaction.atomic
def set_variants(
    by: Authorship, *, feature: str, variants: dict[str, Any], off_variant: str
) -> Feature:
    """Change what a feature can decide to, in every environment at once.

    Raises Invalid when the exposure somewhere would then make no sense. The same again changes
    nothing.
    """
    rules.check_variants(variants, off_variant)
    take_turn()
    found = get_feature(feature)
    if (found.variants, found.off_variant) == (variants, off_variant):
        return found
    found.variants, found.off_variant = variants, off_variant
    if found.carried:
        rules.check_carried(feature, variants)
    for toggle in _toggles(found):
        rules.check_document(feature_document(toggle), None)
    found.save(update_fields=["variants", "off_variant"])
    detail = {"variants": variants, "off_variant": off_variant}
    record(by, "feature.variants", f"feature:{feature}", detail)
    emit("toggles", "feature.variants", feature, detail)
    _append(found)
    return found


@transaction.atomic
def mark_carried(by: Authorship, *, feature: str) -> None:
    """From now on the feature's decision travels in baggage: it has routes.

    Raises Invalid for a name that no route can have.
    """
    take_turn()
    found = get_feature(feature)
    if found.carried:
        return
    rules.check_carried(feature, found.variants)
    found.carried = True
    for toggle in _toggles(found):
        rules.check_document(feature_document(toggle), None)
    found.save(update_fields=["carried"])
    record(by, "feature.carried", f"feature:{feature}")
    emit("toggles", "feature.carried", feature, {})
    _append(found)


@transaction.atomic
def set_client_side(by: Authorship, *, feature: str, client_side: bool) -> Feature:
    """Say whether client keys, which everybody can see, get the feature's decisions."""
    take_turn()
    found = get_feature(feature)
    if found.client_side == client_side:
        return found
    found.client_side = client_side
    found.save(update_fields=["client_side"])
    detail = {"client_side": client_side}
    record(by, "feature.client-side", f"feature:{feature}", detail)
    emit("toggles", "feature.client-side", feature, detail)
    _append(found)
    return found


def _toggles(feature: Feature) -> list[Toggle]:
    rows = Toggle.objects.filter(feature=feature).select_related("environment", "current")
    toggles = list(rows)
    for toggle in toggles:
        toggle.feature = feature  # as it is about to be
    return toggles


def _append(feature: Feature) -> None:
    for toggle in _toggles(feature):
        change_log.append(toggle.environment, "feature", feature.key, feature_document(toggle))
