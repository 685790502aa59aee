"""One connection to an evaluator's change stream."""

from collections.abc import Iterator

from togglemesh.client.connection import Failed, Server
from togglemesh.client.events import Event, EventParser

PATH = "/stream/v1/changes"
FIRST_EVENT = 10.0  # seconds; the server says something at once, unless a proxy holds it back


class ChangeStream:
    """Opened again and again by one thread."""

    def __init__(self, server: Server, read_timeout: float) -> None:
        self._server, self._read_timeout = server, read_timeout

    def events(self, after: int | None) -> Iterator[Event | None]:
        """None once the server has said something, then its events until it ends the stream.

        `after` is the number from which to go on; None asks for a snapshot.
        Raises Failed, OSError or http.client.HTTPException.
        """
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        if after is not None:
            headers["Last-Event-ID"] = str(after)
        timeout = min(FIRST_EVENT, self._read_timeout)
        with self._server.request("GET", PATH, headers, read_timeout=timeout) as response:
            kind = response.headers.get_content_type()
            if response.status != 200 or kind != "text/event-stream":
                raise Failed(f"the server answered with {kind}, not with an event stream")
            parser = EventParser()
            patient = False
            while chunk := response.read1(65536):
                if not patient:
                    self._server.be_patient(self._read_timeout)
                    patient = True
                    yield None
                yield from parser.feed(chunk)
