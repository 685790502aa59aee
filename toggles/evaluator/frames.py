"""One server-sent event as bytes."""

from __future__ import annotations

KEEP_ALIVE = b": keep-alive\n\n"
_DATA = b"\ndata: "


def frame(event: str, identity: int, body: bytes) -> bytes:
    """`body` is JSON in one line."""
    return b"event: %b\nid: %d%b%b\n\n" % (event.encode(), identity, _DATA, body)


def data_of(event: bytes) -> bytes:
    """The body that `frame` was given."""
    return event[event.index(_DATA) + len(_DATA) : -2]
