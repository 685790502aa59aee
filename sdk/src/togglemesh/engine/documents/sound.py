"""One broken part of a document need not take the others along, where the caller says so."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from togglemesh.engine.documents.place import InvalidDocument

OnInvalid = Callable[[InvalidDocument], None]
Part = TypeVar("Part")
Read = TypeVar("Read")


def sound(
    parts: Iterable[Part], read: Callable[[Part], Read], on_invalid: OnInvalid | None
) -> Iterator[tuple[Part, Read]]:
    """Each part with what `read` makes of it. One that it refuses is reported and left out;
    without `on_invalid` the refusal is raised."""
    for part in parts:
        try:
            found = read(part)
        except InvalidDocument as problem:
            if on_invalid is None:
                raise
            on_invalid(problem)
        else:
            yield part, found
