"""Change features, toggles and segments.

Each action is one transaction: the change, its revision, the audit entry, the change log's next
number and the outbox event, all or none.
"""

from typing import Any

from django.db import transaction

from accounts.models import Environment
from accounts.reads import get_team
from events.actions import emit
from governance.actions import record
from governance.authorship import Authorship
from governance.names import check_key
from governance.refusals import Conflict, Invalid
from governance.turn import take_turn
from toggles import change_log, rules
from toggles.documents import document_of, feature_document, segment_document
from toggles.models import Feature, FeatureKind, Revision, Segment, Toggle
from toggles.reads import get_feature, get_revision, get_toggle

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
    check_key(key)
    if kind not in FeatureKind.values:
        raise Invalid(kind=f"{kind!r} is no kind; choose one of {', '.join(FeatureKind.values)}.")
    variants = ON_AND_OFF if variants is None else variants
    rules.check_variants(variants, off_variant)
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
        _revise(by, toggle, enabled=False, exposure=[], origin=None)
    return feature


@transaction.atomic
def set_exposure(
    by: Authorship,
    *,
    feature: str,
    environment: str,
    enabled: bool,
    rules: list[dict[str, Any]],
    expected_revision: int | None = None,
    origin: str | None = None,
) -> Revision:
    """Give a toggle a new revision.

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
    return _revise(by, toggle, enabled=enabled, exposure=rules, origin=origin)


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
        origin=origin,
    )


@transaction.atomic
def mark_carried(by: Authorship, *, feature: str) -> None:
    """From now on the feature's decision travels in baggage: it has routes."""
    take_turn()
    found = get_feature(feature)
    if found.carried:
        return
    found.carried = True
    found.save(update_fields=["carried"])
    record(by, "feature.carried", f"feature:{feature}")
    emit("toggles", "feature.carried", feature, {})
    _append_everywhere(found)


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
    _append_everywhere(found)
    return found


@transaction.atomic
def set_segment(
    by: Authorship, *, key: str, name: str, constraints: list[dict[str, Any]]
) -> Segment:
    """Create or change a segment; every environment gets it. The same again changes nothing."""
    check_key(key)
    rules.check_constraints(constraints)
    take_turn()
    segment = Segment.objects.filter(key=key).first() or Segment(key=key)
    if segment.pk and segment.constraints == constraints and segment.name == name:
        return segment
    segment.name, segment.constraints = name, constraints
    segment.save()
    record(by, "segment.set", f"segment:{key}", {"constraints": constraints})
    emit("toggles", "segment.set", key, {"constraints": constraints})
    for environment in Environment.objects.all():
        change_log.append(environment, "segment", key, segment_document(segment))
    return segment


def _append_everywhere(feature: Feature) -> None:
    for toggle in feature.toggles.select_related("feature", "environment", "current"):
        change_log.append(toggle.environment, "feature", feature.key, feature_document(toggle))


def _expect(toggle: Toggle, expected: int | None) -> None:
    now = toggle.current.number if toggle.current else 0
    if expected is not None and expected != now:
        raise Conflict(
            expected_revision=f"{toggle} is at revision {now} by now, not {expected}: look at what "
            "changed, then try again."
        )


def _revise(
    by: Authorship,
    toggle: Toggle,
    *,
    enabled: bool,
    exposure: list[dict[str, Any]],
    origin: str | None,
) -> Revision:
    before = toggle.current
    revision = Revision(
        toggle=toggle,
        number=before.number + 1 if before else 1,
        enabled=enabled,
        rules=exposure,
        author=by.author,
        reason=by.reason,
        origin=origin,
    )
    segments = set(Segment.objects.values_list("key", flat=True))
    rules.check_document(document_of(toggle.feature, revision), segments)
    revision.save()
    toggle.current = revision
    toggle.save(update_fields=["current"])
    _tell(by, toggle, before, revision)
    return revision


def _tell(by: Authorship, toggle: Toggle, before: Revision | None, revision: Revision) -> None:
    detail = {
        "environment": toggle.environment.key,
        "revision": revision.number,
        "enabled": revision.enabled,
        "rules": revision.rules,
        "before": before.number if before else None,
    }
    key = toggle.feature.key
    record(by, "toggle.exposed", f"toggle:{toggle}", detail)
    emit("toggles", "toggle.exposed", key, detail)
    change_log.append(toggle.environment, "feature", key, feature_document(toggle))
