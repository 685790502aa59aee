"""Put away what somebody else has written where the relay's streams are.

Nothing is thrown away at once: it is kept for a week under another name, for people to look at.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any, cast

import redis

log = logging.getLogger("relay")

PREFIX = "tm:set-aside:"
COUNTER = "tm:relay:set-aside"  # a hash: how often, by stream
MOST = 100  # entries at a stream's end that are looked through for the last one of ours
KEPT = 7 * 24 * 3600  # seconds
AT_ONCE = 1_000  # entries that are copied in one step

Entries = Sequence[tuple[bytes, dict[bytes, bytes]]]


def whole(valkey: redis.Redis, key: str, why: str) -> None:
    """Rename the key; the relay then makes the stream anew, and its groups begin with it."""
    to = f"{PREFIX}{key}:{time.time_ns()}"
    _tell(valkey, key, f"{why}. All of it is in {to} now, and the stream is made anew")
    groups = valkey.xinfo_groups(key) if valkey.type(key) == b"stream" else []
    valkey.rename(key, to)
    valkey.expire(to, KEPT)
    for group in groups:
        valkey.xgroup_create(key, group["name"], id="0", mkstream=True)


def after(valkey: redis.Redis, stream: str, last: bytes, why: str) -> None:
    """Have the stream end with this entry; all of it as it was is kept under another name.

    A stream takes no number below one that it ever had, so what is ours is copied to a new one.
    """
    to, growing = f"{PREFIX}{stream}:{time.time_ns()}", f"{PREFIX}{stream}:new"
    valkey.delete(growing)
    _copy(valkey, stream, growing, last)
    _copy_groups(valkey, stream, growing, last)
    with valkey.pipeline(transaction=True) as steps:
        steps.rename(stream, to)
        steps.rename(growing, stream)
        steps.expire(to, KEPT)
        steps.execute()
    _tell(valkey, stream, f"{why}. It goes on after {last.decode()}; as it was it is in {to}")


def _copy(valkey: redis.Redis, stream: str, growing: str, last: bytes) -> None:
    start = "-"
    while found := cast("Entries", valkey.xrange(stream, start, last, count=AT_ONCE)):
        with valkey.pipeline(transaction=False) as steps:
            for identity, fields in found:
                steps.xadd(growing, cast("dict[Any, Any]", fields), id=identity)
            steps.execute()
        start = f"({found[-1][0].decode()}"


def _copy_groups(valkey: redis.Redis, stream: str, growing: str, last: bytes) -> None:
    """Each group goes on with the first entry that it has not acknowledged."""
    for group in valkey.xinfo_groups(stream):
        pending = valkey.xpending(stream, group["name"])
        reached = min(group["last-delivered-id"], last, key=_order)
        if pending["min"]:
            reached = min(reached, b"%d-0" % (_order(pending["min"])[0] - 1), key=_order)
        valkey.xgroup_create(growing, group["name"], id=reached.decode())


def _order(identity: bytes) -> tuple[int, int]:
    number, place = identity.split(b"-")
    return int(number), int(place)


def _tell(valkey: redis.Redis, key: str, what: str) -> None:
    log.error(
        "relay.set_aside stream=%s: %s. Somebody else has written there, or the database was "
        "restored from a backup; readers load anew.",
        key,
        what,
    )
    try:
        valkey.hincrby(COUNTER, key, 1)
    except redis.ResponseError:
        log.warning("relay.not_counted key=%s is no hash", COUNTER)
