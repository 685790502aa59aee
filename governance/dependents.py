"""What depends on a thing, so that it is not taken away under those who need it.

Apps above know dependents that apps below cannot; each registers a finder as it gets ready.
"""

from __future__ import annotations

from collections.abc import Callable

from governance.refusals import Conflict

# From a subject's key, the dependents in words: `the feature new-checkout`.
Finder = Callable[[str], list[str]]

SHOWN = 5

_finders: dict[str, list[Finder]] = {}


def register_dependents(kind: str, finder: Finder) -> None:
    """Ask this finder, too, before something of the kind goes away."""
    _finders.setdefault(kind, []).append(finder)


def dependents_of(kind: str, key: str) -> list[str]:
    """All that depend on it, in words."""
    return [one for finder in _finders.get(kind, []) for one in finder(key)]


def check_no_dependents(kind: str, key: str, field: str, remedy: str) -> None:
    """Raise Conflict naming what depends on it, and what to do about that."""
    found = dependents_of(kind, key)
    if found:
        more = f" and {len(found) - SHOWN} more" if found[SHOWN:] else ""
        raise Conflict(**{field: f"{key} is needed by {', '.join(found[:SHOWN])}{more}: {remedy}"})
