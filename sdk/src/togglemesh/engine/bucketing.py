"""Who falls where: the hash that gives an id its place in a feature's share and split.

MurmurHash3 (x86, 32 bits) over "{feature}:{id}", as Unleash does it, so that a feature that
moves here from there keeps its users. Share and split use different seeds: with one seed the
first ten per cent would all meet the first variant.
"""

from bisect import bisect_right

import mmh3

SHARE_SEED = 0
SPLIT_SEED = 86028157


def share_bucket(feature: str, id_: str) -> int:
    """The place of the id among 1..100; a share of p per cent takes places 1..p."""
    return _hash(feature, id_, SHARE_SEED) % 100 + 1


def split_point(feature: str, id_: str, total: int) -> int:
    """The place of the id among 1..total, where total is the sum of the weights."""
    return _hash(feature, id_, SPLIT_SEED) % total + 1


# The index of the part that a point from 0 to total - 1 falls into, given the sums of the weights.
pick = bisect_right


def _hash(feature: str, id_: str, seed: int) -> int:
    # Half a surrogate pair is legal in JSON and has no UTF-8; given such a str, mmh3 5.3 brings
    # the whole process down. So it gets bytes, always.
    return mmh3.hash((feature + ":" + id_).encode("utf-8", "surrogatepass"), seed, signed=False)
