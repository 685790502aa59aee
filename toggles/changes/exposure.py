"""Change who has a feature in an environment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.policy import InTeam, Permission
from governance.principals import Role
from governance.refusals import Conflict
from togglemesh.engine import Exposure
from toggles.changes.revising import check_exposure, revise
from toggles.models import Revision, Toggle
from toggles.reads import get_active_feature, get_revision, get_toggle
from toggles.words import exposure_in_words


class _OfToggle(Change[Revision]):
    """What all changes of a toggle have in common. Subclasses say the exposure that they want."""

    feature: str
    environment: str
    expected_revision: int | None
    origin: str | None

    def permissions(self) -> Sequence[Permission]:
        owner = self._toggle().feature.owner.key
        return [InTeam(Role.EDITOR, owner, self.environment)]

    def check(self) -> None:
        toggle = self._toggle()
        get_active_feature(self.feature)
        if self._made_before(toggle) is None:
            _expect(toggle, self.expected_revision)
            check_exposure(toggle, self.wanted(toggle))

    def apply(self, by: Authorship) -> Revision:
        toggle = self._toggle()
        made = self._made_before(toggle)
        if made is not None:
            return made
        return revise(by, toggle, self.wanted(toggle), origin=self.origin)

    def describe(self) -> Description:
        toggle = self._toggle()
        after = self.wanted(toggle)
        before = toggle.current.exposure.as_parts() if toggle.current else None
        words = exposure_in_words(after.enabled, after.rules, dict(after.options))
        return Description(
            f"{self.feature} in {self.environment}: {words}", before, after.as_parts()
        )

    def wanted(self, toggle: Toggle) -> Exposure:
        raise NotImplementedError

    def _toggle(self) -> Toggle:
        return get_toggle(feature=self.feature, environment=self.environment)

    def _made_before(self, toggle: Toggle) -> Revision | None:
        return toggle.revisions.filter(origin=self.origin).first() if self.origin else None


@dataclass(frozen=True)
class SetExposure(_OfToggle):
    """Give a toggle a new revision.

    `expected_revision` guards against overwriting somebody else's change: Conflict when the
    toggle has moved on. With an `origin` that made a revision before, that one is returned and
    nothing is changed, so that a repeated step takes effect once. `keep_options` takes all beside
    on or off and the rules from the toggle as it is.
    """

    feature: str
    environment: str
    exposure: Exposure
    expected_revision: int | None = None
    origin: str | None = None
    keep_options: bool = False

    def wanted(self, toggle: Toggle) -> Exposure:
        if self.keep_options and toggle.current:
            return replace(self.exposure, options=toggle.current.exposure.options)
        return self.exposure


@dataclass(frozen=True)
class SwitchToggle(_OfToggle):
    """Turn a toggle on or off and keep the rest of its exposure. The same again does nothing."""

    feature: str
    environment: str
    enabled: bool
    expected_revision: int | None = None
    origin: str | None = None

    def wanted(self, toggle: Toggle) -> Exposure:
        now = toggle.current.exposure if toggle.current else Exposure(enabled=False)
        return now.switched(on=self.enabled)

    def _made_before(self, toggle: Toggle) -> Revision | None:
        if toggle.current and toggle.current.enabled == self.enabled:
            return toggle.current
        return super()._made_before(toggle)


@dataclass(frozen=True)
class RevertToggle(_OfToggle):
    """Give a toggle the content of an earlier revision, as a new one. NotFound without it."""

    feature: str
    environment: str
    revision: int
    expected_revision: int | None = None
    origin: str | None = None

    def wanted(self, toggle: Toggle) -> Exposure:
        return get_revision(toggle, self.revision).exposure


def _expect(toggle: Toggle, expected: int | None) -> None:
    now = toggle.current
    number = now.number if now else 0
    if expected is not None and expected != number:
        who = f": {now.author} changed it ({now.reason})" if now else ""
        raise Conflict(
            expected_revision=f"{toggle} is at revision {number} by now, not {expected}{who}. Look "
            "at what changed, then try again."
        )
