"""Every change has an author and a reason; changes take them as one value."""

from __future__ import annotations

from dataclasses import dataclass

from governance.principals import Principal
from governance.refusals import Invalid


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who changes something, and why."""

    principal: Principal
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise Invalid(reason="Say why, in a few words; it is kept in the audit log.")

    @property
    def author(self) -> str:
        """The name that the audit log keeps."""
        return self.principal.name
