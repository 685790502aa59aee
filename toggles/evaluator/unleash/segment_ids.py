"""Unleash names segments by numbers: each of our keys gets one that stays the same."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

GREATEST = 2**31 - 1  # SDKs read 32 bits with a sign

SegmentIds = dict[str, int]


def number_segments(keys: Iterable[str]) -> SegmentIds:
    """A hash of the key; the later of two keys with the same one gets the next that is free."""
    numbered: SegmentIds = {}
    taken: set[int] = set()
    for key in sorted(keys):
        number = zlib.crc32(key.encode()) & GREATEST
        while number in taken:
            number = (number + 1) & GREATEST
        taken.add(number)
        numbered[key] = number
    return numbered
