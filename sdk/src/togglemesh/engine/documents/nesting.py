"""How deep a document may be nested: one limit for storing, serving, exporting and the SDK.

Each object and each list is one level. Whoever encodes a document, or walks through it, may do so
recursively below this limit: JSON, YAML and Python's own stack all bear it.
"""

from typing import Any

GREATEST_NESTING = 128
# What surrounds a document where several travel together: a snapshot, a change, a file.
GREATEST_NESTING_AROUND = GREATEST_NESTING + 8

_NESTED = (dict, list, tuple)


def is_too_deep(value: Any, greatest: int = GREATEST_NESTING) -> bool:
    """Whether anything lies below more than `greatest` levels. Takes any value, even a circle."""
    level = [value] if isinstance(value, _NESTED) else []
    for _ in range(greatest):
        if not level:
            return False
        inner = (one for part in level for one in _parts(part) if isinstance(one, _NESTED))
        # Each once: what is shared, or leads back to itself, would double with each level.
        level = list({id(one): one for one in inner}.values())
    return bool(level)


def _parts(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value
