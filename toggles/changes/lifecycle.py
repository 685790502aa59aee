"""Archive, restore and delete features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.dependents import check_no_dependents
from governance.history import expect_revision
from governance.policy import EVERY, InTeam, Permission
from governance.principals import Role
from governance.refusals import Conflict
from toggles.changes.revising import check_exposure
from toggles.changes.telling import append_feature, tell, toggles_of
from toggles.models import Feature, Lifecycle
from toggles.reads import get_feature
from toggles.states import feature_state


class _Lifecycle(Change[Feature]):
    feature: str
    expected_revision: int | None

    action = ""
    after = Lifecycle.ACTIVE
    verb = ""

    def permissions(self) -> Sequence[Permission]:
        return [InTeam(Role.EDITOR, get_feature(self.feature).owner.key, EVERY)]

    def apply(self, by: Authorship) -> Feature:
        found = get_feature(self.feature)
        before = feature_state(found)
        if found.lifecycle != self.after:
            found.lifecycle = self.after
            found.save(update_fields=["lifecycle"])
            after = feature_state(found)
            tell(by, self.action, f"feature:{self.feature}", before=before, after=after)
            append_feature(found)
        return found

    def describe(self) -> Description:
        before = feature_state(get_feature(self.feature))
        after = {**before, "lifecycle": str(self.after)}
        return Description(f"{self.verb} the feature {self.feature}.", before, after)


@dataclass(frozen=True)
class ArchiveFeature(_Lifecycle):
    """Take a feature out of service everywhere; SDKs then give their callers' defaults.

    Refused while another feature, a route or a rollout needs it.
    """

    feature: str
    expected_revision: int | None = None

    action, after, verb = "feature.archived", Lifecycle.ARCHIVED, "Archives"

    def check(self) -> None:
        expect_revision(f"feature:{self.feature}", self.expected_revision)
        get_feature(self.feature)
        check_no_dependents("feature", self.feature, "feature", "end that first.")


@dataclass(frozen=True)
class RestoreFeature(_Lifecycle):
    """Bring an archived feature back as it was. Refused when what it needs is gone by now."""

    feature: str
    expected_revision: int | None = None

    action, after, verb = "feature.restored", Lifecycle.ACTIVE, "Restores"

    def check(self) -> None:
        expect_revision(f"feature:{self.feature}", self.expected_revision)
        for toggle in toggles_of(get_feature(self.feature)):
            if toggle.current:
                check_exposure(toggle, toggle.current.exposure)


@dataclass(frozen=True)
class DeleteFeature(Change[None]):
    """Delete an archived feature with its toggles, their revisions and its routes, for good."""

    feature: str
    expected_revision: int | None = None

    def permissions(self) -> Sequence[Permission]:
        return [InTeam(Role.OWNER, get_feature(self.feature).owner.key, EVERY)]

    def check(self) -> None:
        expect_revision(f"feature:{self.feature}", self.expected_revision)
        if get_feature(self.feature).lifecycle == Lifecycle.ACTIVE:
            raise Conflict(feature=f"The feature {self.feature!r} is active: archive it first.")
        check_no_dependents("feature", self.feature, "feature", "end that first.")

    def apply(self, by: Authorship) -> None:
        found = get_feature(self.feature)
        before = feature_state(found)
        # Toggles point to their current revisions, which protects those.
        found.toggles.update(current=None)
        found.delete()
        tell(by, "feature.deleted", f"feature:{self.feature}", before=before, after=None)

    def describe(self) -> Description:
        before = feature_state(get_feature(self.feature))
        return Description(f"Deletes the feature {self.feature} for good.", before, None)
