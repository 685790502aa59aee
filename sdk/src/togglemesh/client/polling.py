"""The snapshot by polling, for where the change stream does not come through."""

import json
import random
from http.client import HTTPResponse
from typing import Any

from togglemesh.client.connection import Failed, Server

PATH = "/stream/v1/snapshot"
GREATEST_SNAPSHOT = 64 * 1024 * 1024


class SnapshotPoll:
    """Remembers the ETag of what was taken, so that an unchanged environment costs a 304."""

    def __init__(self, server: Server, interval: float, read_timeout: float) -> None:
        self.interval = interval
        self._server, self._read_timeout = server, read_timeout
        self._etag: str | None = None

    def fetch(self) -> dict[str, Any] | None:
        """The snapshot, None when it is the one that was taken last.

        Raises Failed, OSError, http.client.HTTPException or ValueError.
        """
        headers = {"Accept": "application/json", "Cache-Control": "no-cache"}
        if self._etag is not None:
            headers["If-None-Match"] = self._etag
        with self._server.request("GET", PATH, headers, read_timeout=self._read_timeout) as answer:
            if answer.status == 304 and self._etag is not None:
                return None
            snapshot = _snapshot(answer)
            self._fetched = answer.getheader("ETag")
            return snapshot

    def taken(self) -> None:
        """What was fetched is in: from now on it need not come again."""
        self._etag = self._fetched

    def forget(self) -> None:
        """Something else came in between: the next answer must be whole."""
        self._etag = None

    def wait(self) -> float:
        """Seconds to the next poll, with jitter."""
        return self.interval * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, no secret


def _snapshot(answer: HTTPResponse) -> dict[str, Any]:
    kind = answer.headers.get_content_type()
    if answer.status != 200 or kind != "application/json":
        raise Failed(f"the server answered {answer.status} with {kind}, not with a snapshot")
    body = answer.read(GREATEST_SNAPSHOT + 1)
    if len(body) > GREATEST_SNAPSHOT:
        raise Failed(f"the snapshot is longer than {GREATEST_SNAPSHOT} bytes")
    content = json.loads(body)
    if not isinstance(content, dict):
        raise ValueError("the server sent a snapshot that is no object")  # noqa: TRY004 - unusable
    return content
