"""A small real HTTP server that speaks an evaluator's change stream, and obeys the test."""

import json
import queue
import ssl
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from togglemesh import Client

KEY = "tm_server_AAAAAAAAAAAAAAAAAAAAAA_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
DEADLINE = 10.0

Connect = Callable[..., Client]
_END = object()


def wait_for(condition: Callable[[], Any], what: str, deadline: float = DEADLINE) -> Any:
    """What the condition gives once it is true; fails the test after the deadline."""
    until = time.monotonic() + deadline
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError(f"not within {deadline} s: {what}")


class StandIn:
    """Serves `snapshot` to whoever sends no Last-Event-ID, then whatever is sent."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.snapshot = snapshot
        self.status, self.headers = 200, {"Content-Type": "text/event-stream"}
        self.requests: list[dict[str, str]] = []
        self.open: list[queue.Queue[Any]] = []
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self, tls: ssl.SSLContext | None = None) -> None:
        """Also after `stop`, on the same port."""
        owner = self

        class Handler(_Handler):
            stand_in = owner

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._server.daemon_threads = True
        if tls is not None:
            plain = self._server.socket
            self._server.socket = tls.wrap_socket(
                plain, server_side=True, do_handshake_on_connect=False
            )
        self._port = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.drop()

    def drop(self) -> None:
        """Ends every connection."""
        for one in list(self.open):
            one.put(_END)

    def send(self, raw: bytes) -> None:
        for one in list(self.open):
            one.put(raw)

    def send_change(self, change: dict[str, Any]) -> None:
        self.send(event("change", change["number"], change))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stand_in: StandIn

    def do_GET(self) -> None:
        stand_in = self.stand_in
        headers = {name.lower(): value for name, value in self.headers.items()}
        stand_in.requests.append({"path": self.path} | headers)
        if stand_in.status != 200:
            self._refuse()
            return
        mine: queue.Queue[Any] = queue.Queue()
        if self.headers["Last-Event-ID"] is None:
            mine.put(event("snapshot", stand_in.snapshot["number"], stand_in.snapshot))
        stand_in.open.append(mine)
        try:
            self._stream(mine)
        except OSError:
            self.close_connection = True
        finally:
            stand_in.open.remove(mine)

    def _refuse(self) -> None:
        self.send_response(self.stand_in.status)
        for name, value in self.stand_in.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _stream(self, mine: "queue.Queue[Any]") -> None:
        self.send_response(200)
        for name, value in self.stand_in.headers.items():
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while (raw := mine.get(timeout=60)) is not _END:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(raw), raw))
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


def event(name: str, number: int, content: Any) -> bytes:
    return f"event: {name}\nid: {number}\ndata: {json.dumps(content)}\n\n".encode()
