"""`GET /stream/v1/snapshot`: the environment whole, for SDKs that cannot read the stream."""

from __future__ import annotations

from toggles.evaluator.admission import Admission
from toggles.evaluator.environments import HeldEnvironment
from toggles.evaluator.http import JSON, Scope, Send, answer
from toggles.evaluator.stream import KINDS

NO_STORE = (b"cache-control", b"private, no-cache")


async def answer_snapshot(admission: Admission, scope: Scope, send: Send) -> None:
    """304 when the client has exactly this state."""
    headers = dict(scope["headers"])
    _, held = await admission.admit(headers, KINDS)
    etag = _etag(held)
    more = [(b"etag", etag), NO_STORE]
    if etag in [tag.strip() for tag in headers.get(b"if-none-match", b"").split(b",")]:
        await answer(send, 304, b"", more)
        return
    await answer(send, 200, held.snapshot_body(), [JSON, *more])


def _etag(held: HeldEnvironment) -> bytes:
    # The digest tells a number from the same one of a database that was restored from a backup.
    return b'"%d-%b"' % (held.number, held.content.digest.hex()[:16].encode())
