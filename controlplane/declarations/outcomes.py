"""What came, or would come, of each thing; and all mistakes at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.pages.people import explain
from governance.differences import Difference
from governance.refusals import Conflict, Invalid, NotAllowed, NotFound, Refusal

# How the engine's sentences begin: `rules[0].percentage: must be …`.
_PATH = re.compile(r"([a-z_]+(?:\.[\w-]+|\[\d+\])*): ")
# The greatest first: one 403 among others is still a mistake in the files.
_KINDS = (Invalid, NotFound, Conflict, NotAllowed)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`action` is create, change, delete, archive, adopt (owned from now on), same, or kept (not
    in the folder any more, but needed: `sentence` says by what).
    """

    action: str
    subject: str
    sentence: str = ""
    environment: str | None = None
    file: str = ""
    line: int = 0
    differences: Sequence[Difference] = ()

    @property
    def writes(self) -> bool:
        return self.action not in ("same", "kept")


@dataclass
class Mistakes:
    """Refusals by the path of the document's part that is at fault."""

    found: list[tuple[type[Refusal], str, str]] = field(default_factory=list)

    def note(self, place: str, refused: Refusal) -> None:
        """Of the document or the step at `place`; its fields are below."""
        told = explain(refused) if isinstance(refused, NotAllowed) else refused.errors
        kind = next((one for one in _KINDS if isinstance(refused, one)), Invalid)
        self.found += [(kind, *_below(place, name, text)) for name, text in told.items()]

    def check(self) -> None:
        """Raise them all as one refusal."""
        if self.found:
            kinds = {kind for kind, _, _ in self.found}
            errors: dict[str, str] = {}
            for _, path, text in self.found:
                errors[path] = f"{errors[path]} {text}" if path in errors else text
            refusal = next(kind for kind in _KINDS if kind in kinds)
            raise refusal(None, **errors) if refusal is NotAllowed else refusal(**errors)


def _below(place: str, name: str, text: str) -> tuple[str, str]:
    if name.startswith("documents["):
        return name, text  # it is whole
    if name in ("permission", "request"):
        return place, text
    told = _PATH.match(text)
    if told and (name == "more" or told[1].startswith(name)):
        return f"{place}.{told[1]}", text[told.end() :]
    return f"{place}.{name}", text
