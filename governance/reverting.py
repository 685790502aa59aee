"""Going back to an earlier revision of any subject, as a change of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.history import current_revision, expect_revision, get_revision
from governance.policy import Permission
from governance.refusals import Conflict, Invalid

# From a subject's key and the state that it shall have, the change that gives it that state.
Maker = Callable[[str, Any], Change[Any]]

_makers: dict[str, Maker] = {}


def register_subject(kind: str, maker: Maker) -> None:
    """Let subjects of this kind be reverted. Called once, as the app gets ready."""
    _makers[kind] = maker


@dataclass(frozen=True)
class Revert(Change[Any]):
    """Give the subject the state that it had after `revision` (0: before the first).

    `expected_revision` is the latest that the person has seen: Conflict when there is a newer one.
    """

    subject: str
    revision: int
    expected_revision: int | None = None

    def permissions(self) -> Sequence[Permission]:
        return self._change().permissions()

    def prepare(self) -> None:
        self._change().prepare()

    def check(self) -> None:
        expect_revision(self.subject, self.expected_revision)
        if self.revision == current_revision(self.subject):
            raise Conflict(revision=f"{self.subject} is at revision {self.revision} already.")
        self._change().check()

    def apply(self, by: Authorship) -> Any:
        return self._change().apply(by)

    def describe(self) -> Description:
        told = self._change().describe()
        sentence = f"Reverts {self.subject} to revision {self.revision}."
        return Description(sentence, told.before, told.after)

    def _change(self) -> Change[Any]:
        kind, _, key = self.subject.partition(":")
        if kind not in _makers:
            known = ", ".join(sorted(_makers))
            raise Invalid(subject=f"{self.subject!r} cannot be reverted here; there are: {known}.")
        return _makers[kind](key, self._state())

    def _state(self) -> Any:
        if self.revision == 0:
            return get_revision(self.subject, 1).before
        return get_revision(self.subject, self.revision).after
