"""One source owns each thing that is declared."""

from __future__ import annotations

from controlplane.declarations.models import Declared
from governance.refusals import Conflict


def check_source(source: str, subject: str) -> None:
    """Conflict when another source declares it."""
    other = Declared.objects.filter(subject=subject).exclude(source=source).first()
    if other is not None:
        raise Conflict(
            request=f"{subject} is declared by the source {other.source}: take it out of that "
            "folder first, or out of this one."
        )


def own(source: str, subject: str) -> None:
    """From now on the source declares it."""
    Declared.objects.get_or_create(subject=subject, defaults={"source": source})
