"""What came of one segment or feature of an import."""

from dataclasses import dataclass

DONE = ("created", "changed")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`what` is created, changed, same or refused; `why` says more where there is more to say."""

    what: str
    kind: str
    key: str
    why: str = ""
