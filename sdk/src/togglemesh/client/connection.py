"""One evaluator and the key for it: requests over the standard library's HTTP, through a proxy
where the environment names one.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Lock
from urllib.parse import urlsplit

from togglemesh.client.proxies import PORTS, Proxy, proxy_for

GREATEST_RETRY_AFTER = 300.0


class Failed(Exception):
    """Another answer than hoped for; `retry_after` seconds at least, if the server said so."""

    def __init__(self, problem: str, status: int = 0, retry_after: float = 0.0) -> None:
        super().__init__(problem)
        self.status, self.retry_after = status, retry_after


class Refused(Failed):
    """401 or 403. The key is unknown, revoked or of the wrong kind, or something on the way wants
    to be asked first: only trying again, and rarely, tells which.
    """


class Unreachable(OSError):
    """Nothing answers at the address."""


BROKEN = (OSError, HTTPException)  # what a connection may raise at any time


class Server:
    """Used by one thread; `close` may come from any other."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        connect_timeout: float = 5.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url: must be like http://host:port, got {url!r}")
        if not key or not key.isascii() or not key.isprintable():
            raise ValueError("key: must be the API key, as create_api_key printed it")
        self._url, self._base, self._key = parts, parts.path.rstrip("/"), key
        self._connect_timeout, self._tls = connect_timeout, tls
        self._socket: socket.socket | None = None
        self._closed = False
        self._lock = Lock()

    @contextmanager
    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        *,
        body: bytes | None = None,
        read_timeout: float,
    ) -> Iterator[HTTPResponse]:
        """An answer of status 200 to 304. Raises Failed, OSError, HTTPException."""
        with self.exchange(method, path, headers, body=body, read_timeout=read_timeout) as answer:
            _check(answer)
            yield answer

    @contextmanager
    def exchange(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        *,
        body: bytes | None = None,
        read_timeout: float,
    ) -> Iterator[HTTPResponse]:
        """An answer of any status. Raises OSError, HTTPException."""
        proxy = self._proxy()
        connection = self._connect(proxy, read_timeout)
        try:
            target, all_headers = self._base + path, {"Authorization": f"Bearer {self._key}"}
            if proxy is not None and not self._secure:
                target = f"http://{self._netloc}{target}"
                all_headers |= proxy.headers
            connection.request(method, target, body, {**all_headers, **headers})
            yield connection.getresponse()
        finally:
            connection.close()

    def be_patient(self, seconds: float) -> None:
        """From now on the present connection may be silent so long."""
        with self._lock, suppress(OSError):
            if self._socket is not None:
                self._socket.settimeout(seconds)

    def close(self) -> None:
        """Ends the present connection, also in the midst of a read, and allows no other."""
        with self._lock:
            self._closed = True
            if self._socket is not None:
                _shut(self._socket)

    @property
    def _secure(self) -> bool:
        return self._url.scheme == "https"

    @property
    def _netloc(self) -> str:
        """Host and port, without the password that an address may hold."""
        return self._url.netloc.rpartition("@")[2]

    def _proxy(self) -> Proxy | None:
        try:
            return proxy_for(self._url)
        except OSError as problem:
            raise Unreachable(*problem.args) from problem

    def _connect(self, proxy: Proxy | None, read_timeout: float) -> HTTPConnection:
        connection = self._connection(proxy)
        try:
            connection.connect()
        except OSError as problem:
            connection.close()
            raise Unreachable(*problem.args) from problem
        connection.sock.settimeout(read_timeout)
        with self._lock:
            self._socket = connection.sock
            if self._closed:
                _shut(connection.sock)
        return connection

    def _connection(self, proxy: Proxy | None) -> HTTPConnection:
        """Not open yet. To a server with TLS it is a tunnel through the proxy."""
        host, port, seconds = self._url.hostname or "", self._url.port, self._connect_timeout
        first = (host, port) if proxy is None else (proxy.host, proxy.port)
        if not self._secure:
            return HTTPConnection(*first, timeout=seconds)
        connection = HTTPSConnection(*first, timeout=seconds, context=self._tls)
        if proxy is not None:
            connection.set_tunnel(host, port or PORTS["https"], dict(proxy.headers))
        return connection


def _check(response: HTTPResponse) -> None:
    problem = f"the server answered {response.status} {response.reason}"
    if response.status in (401, 403):
        raise Refused(problem, response.status, _retry_after(response))
    if not (200 <= response.status < 300 or response.status == 304):
        raise Failed(problem, response.status, _retry_after(response))


def _retry_after(response: HTTPResponse) -> float:
    text = (response.getheader("Retry-After") or "").strip()
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return min(float(seconds), GREATEST_RETRY_AFTER)


def _shut(open_socket: socket.socket) -> None:
    with suppress(OSError):  # it may have gone by itself
        open_socket.shutdown(socket.SHUT_RDWR)  # wakes a read that is waiting; close would not
