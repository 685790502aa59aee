"""Every change has an author and a reason; actions take them as one value."""

from dataclasses import dataclass

from governance.refusals import Invalid


@dataclass(frozen=True, slots=True)
class Authorship:
    """`author` is a user name, or `rollout:<id>` and the like for the control plane itself."""

    author: str
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise Invalid(reason="Say why, in a few words; it is kept in the audit log.")
