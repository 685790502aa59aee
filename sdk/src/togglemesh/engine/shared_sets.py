"""One set for all constraints that ask for the same values.

Many features ask for the same countries or plans. A thousand sets of their own would not fit into
the processor's cache, and waiting for memory takes longer than the whole decision.
"""

from collections.abc import Iterable
from weakref import WeakValueDictionary

# By their hashes; a set that nothing uses any more goes.
_SHARED: WeakValueDictionary[int, frozenset[str]] = WeakValueDictionary()


def shared_set(values: Iterable[str]) -> frozenset[str]:
    """The set of the values, the same object as long as it is in use."""
    made = frozenset(values)
    known = _SHARED.setdefault(hash(made), made)
    return known if known == made else made
