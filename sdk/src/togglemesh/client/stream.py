"""One connection to an evaluator's change stream, over the standard library's HTTP."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from threading import Lock
from urllib.parse import urlsplit

from togglemesh.client.events import Event, EventParser

PATH = "/stream/v1/changes"
GREATEST_RETRY_AFTER = 300.0


class StreamRefused(Exception):
    """The key is unknown, revoked or of the wrong kind: trying again is of no use."""


class StreamFailed(Exception):
    """Any other answer than a stream; `retry_after` seconds at least, if the server said so."""

    def __init__(self, problem: str, retry_after: float = 0.0) -> None:
        super().__init__(problem)
        self.retry_after = retry_after


class ChangeStream:
    """Opened again and again by one thread; `close` may come from any other."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        connect_timeout: float,
        read_timeout: float,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url: must be like http://host:port, got {url!r}")
        if not key or not key.isascii() or not key.isprintable():
            raise ValueError("key: must be the API key, as create_api_key printed it")
        self._host, self._port, self._secure = parts.hostname, parts.port, parts.scheme == "https"
        self._path, self._key = parts.path.rstrip("/") + PATH, key
        self._connect_timeout, self._read_timeout, self._tls = connect_timeout, read_timeout, tls
        self._socket: socket.socket | None = None
        self._closed = False
        self._lock = Lock()

    def events(self, after: int | None) -> Iterator[Event | None]:
        """None once the server has accepted, then its events until it ends the stream.

        `after` is the number from which to go on; None asks for a snapshot.
        Raises StreamRefused, StreamFailed, OSError or http.client.HTTPException.
        """
        connection = self._connect()
        try:
            connection.request("GET", self._path, headers=self._headers(after))
            response = connection.getresponse()
            _check(response)
            yield None
            yield from _events(response)
        finally:
            connection.close()

    def close(self) -> None:
        """Ends the present connection, also in the midst of a read, and allows no other."""
        with self._lock:
            self._closed = True
            if self._socket is not None:
                _shut(self._socket)

    def _connect(self) -> HTTPConnection:
        if self._secure:
            connection: HTTPConnection = HTTPSConnection(
                self._host, self._port, timeout=self._connect_timeout, context=self._tls
            )
        else:
            connection = HTTPConnection(self._host, self._port, timeout=self._connect_timeout)
        connection.connect()
        connection.sock.settimeout(self._read_timeout)
        with self._lock:
            self._socket = connection.sock
            if self._closed:
                _shut(connection.sock)
        return connection

    def _headers(self, after: int | None) -> dict[str, str]:
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Accept": "text/event-stream",
            "Cache-Control": "no-store",
        }
        if after is not None:
            headers["Last-Event-ID"] = str(after)
        return headers


def _check(response: HTTPResponse) -> None:
    if response.status in (401, 403):
        raise StreamRefused(f"the server answered {response.status} {response.reason}")
    if response.status != 200:
        raise StreamFailed(
            f"the server answered {response.status} {response.reason}", _retry_after(response)
        )
    kind = response.headers.get_content_type()
    if kind != "text/event-stream":
        raise StreamFailed(f"the server answered with {kind}, not with an event stream")


def _retry_after(response: HTTPResponse) -> float:
    text = response.getheader("Retry-After", "").strip()
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return min(float(seconds), GREATEST_RETRY_AFTER)


def _events(response: HTTPResponse) -> Iterator[Event]:
    parser = EventParser()
    while chunk := response.read1(65536):
        yield from parser.feed(chunk)


def _shut(open_socket: socket.socket) -> None:
    with suppress(OSError):  # it may have gone by itself
        open_socket.shutdown(socket.SHUT_RDWR)  # wakes a read that is waiting; close would not
