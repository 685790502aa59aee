"""Create, change and delete segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.reads import get_team
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.dependents import check_no_dependents
from governance.history import expect_revision
from governance.names import check_key
from governance.policy import EVERY, InTeam, OfInstallation, Permission
from governance.principals import Right, Role
from governance.refusals import Conflict, NotFound
from toggles import rules
from toggles.changes.telling import append_removed_segment, append_segment, tell
from toggles.models import Segment
from toggles.states import segment_state

KEEP: Any = object()  # leaves the owner as it is


@dataclass(frozen=True)
class SetSegment(Change[Segment]):
    """Create or change a segment; every environment gets it. The same again changes nothing.

    `owner` None: it belongs to everybody.
    """

    key: str
    name: str
    constraints: Sequence[Mapping[str, Any]]
    when: Mapping[str, Any] | None = None
    owner: str | None = KEEP
    expected_revision: int | None = None
    new: bool = False  # refused when there is one already

    def permissions(self) -> Sequence[Permission]:
        found = _find(self.key)
        owners = {found.owner.key if found.owner else None} if found else set()
        if found is None or self.owner is not KEEP:
            owners.add(None if self.owner is KEEP else self.owner)
        return [_right(owner) for owner in owners]

    def check(self) -> None:
        check_key(self.key)
        if self.new and _find(self.key):
            raise Conflict(key=f"There is a segment {self.key!r} already: change that one.")
        expect_revision(f"segment:{self.key}", self.expected_revision)
        rules.check_segment({"constraints": list(self.constraints), "when": self.when})

    def apply(self, by: Authorship) -> Segment:
        found = _find(self.key)
        before = segment_state(found) if found else None
        segment = self._changed(found)
        after = segment_state(segment)
        if before != after:
            segment.save()
            tell(by, "segment.set", f"segment:{self.key}", before=before, after=after)
            append_segment(segment)
        return segment

    def describe(self) -> Description:
        found = _find(self.key)
        before = segment_state(found) if found else None
        verb = "Changes" if found else "Creates"
        return Description(
            f"{verb} the segment {self.key}.", before, segment_state(self._changed(found))
        )

    def _changed(self, found: Segment | None) -> Segment:
        segment = found or Segment(key=self.key)
        segment.name = self.name.strip() or self.key
        segment.constraints = [dict(one) for one in self.constraints]
        segment.when = None if self.when is None else dict(self.when)
        if self.owner is not KEEP:
            segment.owner = None if self.owner is None else get_team(self.owner)
        return segment


@dataclass(frozen=True)
class DeleteSegment(Change[None]):
    """Delete a segment that no exposure, and no other segment, asks for."""

    key: str
    expected_revision: int | None = None

    def permissions(self) -> Sequence[Permission]:
        found = self._segment()
        return [_right(found.owner.key if found.owner else None)]

    def check(self) -> None:
        expect_revision(f"segment:{self.key}", self.expected_revision)
        remedy = "take it out there first."
        check_no_dependents("segment", self.key, "segment", remedy)

    def apply(self, by: Authorship) -> None:
        found = self._segment()
        before = segment_state(found)
        found.delete()
        tell(by, "segment.deleted", f"segment:{self.key}", before=before, after=None)
        append_removed_segment(self.key)

    def describe(self) -> Description:
        before = segment_state(self._segment())
        return Description(f"Deletes the segment {self.key}.", before, None)

    def _segment(self) -> Segment:
        found = _find(self.key)
        if found is None:
            raise NotFound(segment=f"There is no segment {self.key!r}.")
        return found


def _find(key: str) -> Segment | None:
    return Segment.objects.select_related("owner").filter(key=key).first()


def _right(owner: str | None) -> Permission:
    # A segment reaches into every environment, so it takes the role in all of them.
    return OfInstallation(Right.SEGMENTS) if owner is None else InTeam(Role.EDITOR, owner, EVERY)
