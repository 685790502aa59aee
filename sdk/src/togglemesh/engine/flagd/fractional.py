"""flagd's `fractional`: which variant an id falls to. Three ways of hashing have been flagd's:

- `cbor`, the present one: murmur3 of the id in CBOR, times the sum of the weights, over 2**32.
- `text`, before it: the same over the id's UTF-8.
- `percent`, the first: murmur3 of the UTF-8, its distance from 0 as a signed number, per cent.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import mmh3

from togglemesh.engine.flagd.cbor import encode

GREATEST_SUM = 2**31 - 1

Place = Callable[[Any, int], float | None]  # where among 0 to the sum of weights an id lies


def _cbor(id_: Any, total: int) -> float | None:
    try:
        content = encode(id_)
    except ValueError:
        return None
    return (mmh3.hash(content, 0, signed=False) * total) >> 32


def _text(id_: Any, total: int) -> float | None:
    content = _bytes(id_)
    return None if content is None else (mmh3.hash(content, 0, signed=False) * total) >> 32


def _percent(id_: Any, total: int) -> float | None:
    content = _bytes(id_)
    if content is None:
        return None
    return abs(mmh3.hash(content, 0, signed=True)) / GREATEST_SUM * total


def _bytes(id_: Any) -> bytes | None:
    joined = "".join(id_) if isinstance(id_, list) else id_
    return joined.encode("utf-8", "surrogatepass") if isinstance(joined, str) else None


PLACES: dict[str, Place] = {"cbor": _cbor, "text": _text, "percent": _percent}


def choose(place: Place, id_: Any, parts: Sequence[Any]) -> Any:
    """The variant of the part that the id falls to; None when anything is not as it must be."""
    bounds = weights_of(parts)
    if id_ is None or bounds is None:
        return None
    return pick(place, id_, bounds, [part[0] for part in parts])


def pick(place: Place, id_: Any, bounds: Sequence[int], variants: Sequence[Any]) -> Any:
    point = place(id_, bounds[-1])
    if point is None:
        return None
    return variants[min(bisect_right(bounds, point), len(variants) - 1)]


def weights_of(parts: Sequence[Any]) -> list[int] | None:
    """The sums of the weights up to each part; None when a part is broken or nothing has weight."""
    weights = [_weight(part) for part in parts]
    known = [weight for weight in weights if weight is not None]
    if len(known) < len(weights) or not 0 < sum(known) <= GREATEST_SUM:
        return None
    return list(accumulate(known))


def _weight(part: Any) -> int | None:
    if not isinstance(part, list | tuple) or len(part) not in (1, 2):
        return None
    weight = part[1] if len(part) == 2 else 1
    if isinstance(weight, bool) or not isinstance(weight, int):
        return None
    return max(0, weight)  # reckoned weights may fall below 0
