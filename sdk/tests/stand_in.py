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
        self.silent = False  # as behind a proxy that holds the stream back
        self.polls: list[dict[str, str]] = []
        self.poll_status = 404
        self.reports: list[tuple[str, dict[str, Any]]] = []
        self.report_status, self.report_headers = 202, {"Content-Length": "0"}
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

    def reported(self, path: str) -> list[dict[str, Any]]:
        """The bodies that were posted to the path."""
        return [body for to, body in list(self.reports) if to == path]

    def send_change(self, change: dict[str, Any]) -> None:
        self.send(event("change", change["number"], change))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stand_in: StandIn

    def do_GET(self) -> None:
        stand_in = self.stand_in
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.path == "/stream/v1/snapshot":
            stand_in.polls.append(headers)
            self._answer_poll()
            return
        stand_in.requests.append({"path": self.path} | headers)
        if stand_in.status != 200:
            self._refuse()
            return
        mine: queue.Queue[Any] = queue.Queue()
        if stand_in.silent:
            pass
        elif self.headers["Last-Event-ID"] is None:
            mine.put(event("snapshot", stand_in.snapshot["number"], stand_in.snapshot))
        else:
            mine.put(b": keep-alive\n\n")
        stand_in.open.append(mine)
        try:
            self._stream(mine)
        except OSError:
            self.close_connection = True
        finally:
            stand_in.open.remove(mine)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        stand_in = self.stand_in
        stand_in.reports.append((self.path, body))
        self.send_response(stand_in.report_status)
        for name, value in stand_in.report_headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _answer_poll(self) -> None:
        stand_in = self.stand_in
        etag = f'"{stand_in.snapshot["number"]}-x"'
        known = self.headers["If-None-Match"] == etag
        status = 304 if stand_in.poll_status == 200 and known else stand_in.poll_status
        body = json.dumps(stand_in.snapshot).encode() if status == 200 else b""
        self.send_response(status)
        self.send_header("ETag", etag)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

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
