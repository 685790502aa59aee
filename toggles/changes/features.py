"""Create features, and change what is the same in all their environments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Environment
from accounts.reads import get_team
from events.actions import emit
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.dependents import check_no_dependents
from governance.history import expect_revision, keep_revision
from governance.policy import EVERY, InTeam, Permission
from governance.principals import Role
from governance.refusals import Conflict, Invalid
from togglemesh.engine import Exposure
from toggles import rules
from toggles.changes.revising import check_exposure, revise
from toggles.changes.telling import append_feature, tell, toggles_of
from toggles.documents import document_of, feature_document
from toggles.models import Feature, FeatureKind, Lifecycle, Revision, Toggle
from toggles.prerequisites import check_variants_needed
from toggles.reads import get_active_feature, get_feature
from toggles.states import FEATURE_TEXTS, feature_state

VARIANTS = ("variants", "off_variant")
ON_AND_OFF: dict[str, Any] = {"off": {"value": False}, "on": {"value": True}}


@dataclass(frozen=True)
class CreateFeature(Change[Feature]):
    """Create a feature, and its toggle in every environment: off, exposed to nobody."""

    key: str
    name: str
    owner: str
    kind: str = FeatureKind.RELEASE
    description: str = ""
    variants: Mapping[str, Any] = field(default_factory=lambda: dict(ON_AND_OFF))
    off_variant: str = "off"
    carried: bool = False
    client_side: bool = False
    tags: Sequence[str] = ()

    def permissions(self) -> Sequence[Permission]:
        get_team(self.owner)
        # It is off everywhere, so no environment feels it.
        return [InTeam(Role.EDITOR, self.owner)]

    def check(self) -> None:
        rules.check_name(self.key)
        _check_kind(self.kind)
        rules.check_tags(self.tags)
        rules.check_variants(self.variants, self.off_variant)
        if self.carried:
            rules.check_carried(self.key, self.variants)
        if Feature.objects.filter(key=self.key).exists():
            raise Conflict(key=f"There is a feature {self.key!r} already.")
        rules.check_document(document_of(self._feature(), Revision(number=1, enabled=False)), ())

    def apply(self, by: Authorship) -> Feature:
        feature = self._feature()
        feature.save()
        state = feature_state(feature)
        keep_revision(by, "feature.created", f"feature:{self.key}", before=None, after=state)
        emit("toggles", "feature.created", self.key, {"owner": self.owner, "kind": self.kind})
        for environment in Environment.objects.all():
            toggle = Toggle.objects.create(feature=feature, environment=environment)
            revise(by, toggle, Exposure(enabled=False))
        return feature

    def describe(self) -> Description:
        sentence = f"Creates the feature {self.key}, off in every environment."
        return Description(sentence, None, feature_state(self._feature()))

    def _feature(self) -> Feature:
        return Feature(
            key=self.key,
            name=self.name.strip() or self.key,
            owner=get_team(self.owner),
            kind=self.kind,
            description=self.description,
            variants=dict(self.variants),
            off_variant=self.off_variant,
            carried=self.carried,
            client_side=self.client_side,
            tags=sorted(set(self.tags)),
        )


class _OfFeature(Change[Feature]):
    """A change of one that exists. `changed` puts it on the row, which is not yet saved."""

    feature: str
    expected_revision: int | None = None

    action = "feature.changed"
    environment: str | None = EVERY

    def permissions(self) -> Sequence[Permission]:
        return [InTeam(Role.EDITOR, get_feature(self.feature).owner.key, self.environment)]

    def check(self) -> None:
        expect_revision(f"feature:{self.feature}", self.expected_revision)
        found = self.find()
        before = list(found.variants)
        self.changed(found)
        rules.check_variants(found.variants, found.off_variant)
        if found.carried:
            rules.check_carried(found.key, found.variants)
        check_variants_needed(found)
        _check_not_needed(found.key, [name for name in before if name not in found.variants])
        for toggle in toggles_of(found):
            rules.check_document(feature_document(toggle), None)

    def apply(self, by: Authorship) -> Feature:
        found = get_feature(self.feature)
        before = feature_state(found)
        self.changed(found)
        after = feature_state(found)
        if before != after:
            found.save()
            tell(by, self.action, f"feature:{self.feature}", before=before, after=after)
            if _served(before) != _served(after):
                append_feature(found)
        return found

    def describe(self) -> Description:
        found = get_feature(self.feature)
        before = feature_state(found)
        self.changed(found)
        return Description(f"Changes the feature {self.feature}.", before, feature_state(found))

    def find(self) -> Feature:
        return get_active_feature(self.feature)

    def changed(self, feature: Feature) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class SetFeature(_OfFeature):
    """Change what people read of a feature, who owns it, and whether clients get it.

    None leaves a part as it is. Giving it to another team takes the right in both.
    """

    feature: str
    name: str | None = None
    description: str | None = None
    kind: str | None = None
    owner: str | None = None
    tags: Sequence[str] | None = None
    client_side: bool | None = None
    expected_revision: int | None = None

    def permissions(self) -> Sequence[Permission]:
        now = get_feature(self.feature).owner.key
        if self.owner not in (None, now):
            return _of_both(now, str(self.owner))
        return [InTeam(Role.EDITOR, now, None if self.client_side is None else EVERY)]

    def check(self) -> None:
        if self.kind is not None:
            _check_kind(self.kind)
        rules.check_tags(self.tags or ())
        super().check()

    def changed(self, feature: Feature) -> None:
        if self.name is not None:
            feature.name = self.name.strip() or feature.key
        if self.owner is not None:
            feature.owner = get_team(self.owner)
        if self.tags is not None:
            feature.tags = sorted(set(self.tags))
        for part in ("description", "kind", "client_side"):
            if getattr(self, part) is not None:
                setattr(feature, part, getattr(self, part))


@dataclass(frozen=True)
class SetVariants(_OfFeature):
    """Change what a feature can decide to, in every environment at once.

    Invalid when the exposure somewhere would then make no sense.
    """

    feature: str
    variants: Mapping[str, Any]
    off_variant: str
    expected_revision: int | None = None

    action = "feature.variants"

    def changed(self, feature: Feature) -> None:
        feature.variants, feature.off_variant = dict(self.variants), self.off_variant


@dataclass(frozen=True)
class MarkCarried(_OfFeature):
    """From now on the feature's decision travels in baggage: it has routes.

    Invalid for a name that no route can have.
    """

    feature: str

    action = "feature.carried"

    def changed(self, feature: Feature) -> None:
        feature.carried = True


def _check_kind(kind: str) -> None:
    if kind not in FeatureKind.values:
        known = ", ".join(FeatureKind.values)
        raise Invalid(kind=f"{kind!r} is no kind of feature; choose one of {known}.")


def _served(state: Mapping[str, Any]) -> list[Any]:
    """The parts of a feature's state that evaluators and SDKs get."""
    return [state[name] for name in (*VARIANTS, "carried", "client_side", "lifecycle")]


def _of_both(now: str, then: str) -> Sequence[Permission]:
    """Giving a feature to another team: an owner gives it away, an editor takes it."""
    return [InTeam(Role.OWNER, now, EVERY), InTeam(Role.EDITOR, then, EVERY)]


def _check_not_needed(key: str, gone: Sequence[str]) -> None:
    """Raise Conflict for a variant that is about to go while a route or a rollout gives it."""
    for name in gone:
        check_no_dependents("variant", f"{key}/{name}", "variants", "end that first.")


@dataclass(frozen=True)
class SetFeatureState(_OfFeature):
    """Give a feature an earlier state back, archived or not.

    Once it has routes it keeps being carried.
    """

    feature: str
    state: Mapping[str, Any]
    expected_revision: int | None = None

    action = "feature.reverted"

    def permissions(self) -> Sequence[Permission]:
        now, then = get_feature(self.feature).owner.key, self.state["owner"]
        return super().permissions() if now == then else _of_both(now, then)

    def check(self) -> None:
        super().check()
        found = self.find()
        if found.lifecycle == self.state["lifecycle"]:
            return
        if found.lifecycle == Lifecycle.ACTIVE:
            check_no_dependents("feature", self.feature, "feature", "end that first.")
        self.changed(found)
        for toggle in toggles_of(found):
            if toggle.current and found.lifecycle == Lifecycle.ACTIVE:
                check_exposure(toggle, toggle.current.exposure)

    def find(self) -> Feature:
        return get_feature(self.feature)

    def changed(self, feature: Feature) -> None:
        for name in (*FEATURE_TEXTS, "lifecycle", *VARIANTS, "client_side", "tags"):
            setattr(feature, name, self.state[name])
        feature.owner = get_team(self.state["owner"])
