"""The bounds by which latencies are counted, alike in every SDK and on the server."""

from bisect import bisect_left

BOUNDS_MS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000)
BUCKETS = len(BOUNDS_MS) + 1  # the last is for what took longer than any bound


def bucket_of(milliseconds: float) -> int:
    """The index of the first bound that is not exceeded."""
    return bisect_left(BOUNDS_MS, milliseconds)
