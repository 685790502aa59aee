"""Whatever something on the way answers once: the client keeps what it knows, and goes on."""

import gzip
import json
from collections.abc import Callable, Iterator
from socket import SHUT_WR, socket
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

import pytest
from stand_in import KEY, event, wait_for
from wire_documents import change, feature, snapshot

from togglemesh import Client
from togglemesh.client import events, polling
from togglemesh.client.backoff import Backoff

ANN = {"userId": "ann"}
SNAPSHOT = snapshot(feature("a", enabled=True))
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
PAGE = b"<!doctype html><title>Please sign in</title>"


class Raw(ThreadingTCPServer):
    """Answers bytes: `stream` and `poll` say which, as long as they are set; then as it should."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.stream: bytes | None = None
        self.poll: bytes | None = None
        self.polls = self.streams = self.number = 0
        self.open: list[socket] = []
        super().__init__(("127.0.0.1", 0), _Answer)
        Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def drop(self) -> None:
        for one in list(self.open):
            one.shutdown(SHUT_WR)


class _Answer(BaseRequestHandler):
    server: Raw

    def handle(self) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.request.recv(65536) or b"\r\n\r\n"
        path = head.split(b" ")[1] if head.count(b" ") else b""
        if path == b"/stream/v1/snapshot":
            self._answer_poll()
        elif path == b"/stream/v1/changes":
            self._answer_stream()

    def _answer_poll(self) -> None:
        self.server.polls += 1
        body = json.dumps(SNAPSHOT).encode()
        whole = JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body
        self._send(self.server.poll or whole)

    def _answer_stream(self) -> None:
        self.server.streams += 1
        if self.server.stream is not None:
            self._send(self.server.stream)
            return
        self._send(STREAM + event("snapshot", SNAPSHOT["number"], SNAPSHOT))
        self.server.open.append(self.request)
        while self.request.recv(65536):
            pass
        self.server.open.remove(self.request)

    def _send(self, raw: bytes) -> None:
        try:
            self.request.sendall(raw)
        except OSError:
            return  # it had enough


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close"]
    return "\r\n".join([*lines, "", ""]).encode() + body


HTML = "Content-Type: text/html"
ODD = {
    "moved": answer("301 Moved", PAGE, HTML, "Location: http://portal.test/"),
    "found": answer("302 Found", b"", "Location: /login"),
    "redirected": answer("307 Temporary Redirect", b"", "Location: /login"),
    "bad request": answer("400 Bad Request"),
    "unauthorized": answer("401 Unauthorized", PAGE, HTML),
    "forbidden": answer("403 Forbidden", PAGE, HTML),
    "not found": answer("404 Not Found", PAGE, HTML),
    "gone": answer("410 Gone"),
    "not modified": answer("304 Not Modified"),
    "no content": answer("204 No Content"),
    "page": answer("200 OK", PAGE, HTML),
    "page as json": answer("200 OK", PAGE, "Content-Type: application/json"),
    "page as stream": answer("200 OK", PAGE, "Content-Type: text/event-stream"),
    "no type": answer("200 OK", PAGE),
    "empty": answer("200 OK", b"", "Content-Type: application/json"),
    "torn": JSON + b"Content-Length: 900\r\n\r\n" + b'{"format": 1, "nu',
    "torn stream": STREAM + event("snapshot", 42, SNAPSHOT)[:40],
    "torn chunks": STREAM.replace(b"Connection", b"Transfer-Encoding: chunked\r\nConnection")
    + b"fff\r\nabc",
    "compressed": answer(
        "200 OK", gzip.compress(b"{}"), "Content-Type: application/json", "Content-Encoding: gzip"
    ),
    "error as json": answer("200 OK", b'{"error": "x"}', "Content-Type: application/json"),
    "nan": answer("200 OK", b'{"format": 1, "number": NaN}', "Content-Type: application/json"),
    "deep": answer("200 OK", b"[" * 200_000, "Content-Type: application/json"),
    "error as event": STREAM + b'event: snapshot\ndata: {"error": "x"}\n\n',
    "no http": b"SSH-2.0-OpenSSH_9.6\r\n",
    "nothing": b"",
    "informational": b"HTTP/1.1 100 Continue\r\n\r\n" * 200,
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 1000 + b"\r\n",
    "long header": b"HTTP/1.1 200 OK\r\na: " + b"b" * 100_000 + b"\r\n\r\n",
    "bad status": b"HTTP/1.1 abc OK\r\n\r\n",
    "bad length": JSON + b"Content-Length: -5\r\n\r\n",
    "bad type": answer("200 OK", PAGE, "Content-Type: \xff;;;=;charset=nonsense"),
    "bad retry": answer("503 Busy", b"", "Retry-After: -1"),
}


@pytest.fixture
def raw() -> Iterator[Raw]:
    server = Raw()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def connect(raw: Raw, asking_soon: None) -> Iterator[Callable[..., Client]]:
    made: list[Client] = []

    def build(**options: Any) -> Client:
        quick = {"backoff": Backoff(0.01, 0.05), "usage_interval": None, "read_timeout": 5.0}
        made.append(Client(raw.url, KEY, **(quick | options)))
        return made[-1]

    yield build
    for client in made:
        client.close()


@pytest.mark.parametrize("odd", ODD)
def test_stream__odd_answer__known_is_kept_and_the_stream_comes_back(
    raw: Raw, connect: Callable[..., Client], odd: str
) -> None:
    client = connect(poll_interval=None)
    wait_for(lambda: client.via == "stream" and raw.open, "the client streams")
    before, raw.stream = raw.streams, ODD[odd]
    raw.drop()
    wait_for(lambda: raw.streams >= before + 2, "the client has met it, and tried again")
    assert client.bool("a", ANN) is True
    raw.stream = None
    wait_for(lambda: client.state == "live" and raw.open, "the client streams again")
    raw.open[0].sendall(event("change", 43, change(43, feature("a", enabled=False))))
    wait_for(lambda: client.last_number == 43, "the change is in")


@pytest.mark.parametrize("odd", ODD)
def test_poll__odd_answer__known_is_kept_and_polls_come_back(
    raw: Raw, connect: Callable[..., Client], odd: str
) -> None:
    raw.stream = answer("404 Not Found")
    client = connect(poll_interval=0.01)
    wait_for(lambda: client.via == "polling", "the client polls")
    before, raw.poll = raw.polls, ODD[odd] or b"\r\n"
    wait_for(lambda: raw.polls >= before + 3, "the client has met it, and tried again")
    assert client.bool("a", ANN) is True
    raw.poll = None
    wait_for(lambda: client.via == "polling", "the client polls again")
    assert client.bool("a", ANN) is True


def test_stream__event_without_end__is_given_up_and_tried_again(
    raw: Raw, connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "GREATEST_EVENT", 100_000)
    client = connect(poll_interval=None)
    wait_for(lambda: client.via == "stream" and raw.open, "the client streams")
    before, raw.stream = raw.streams, STREAM + b"data: " + b"x" * 1_000_000
    raw.drop()
    wait_for(lambda: raw.streams >= before + 2, "the client has met it, and tried again")
    assert client.bool("a", ANN) is True
    raw.stream = None
    wait_for(lambda: client.via == "stream" and raw.open, "the client streams again")


def test_poll__snapshot_without_end__is_given_up_and_tried_again(
    raw: Raw, connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "GREATEST_SNAPSHOT", 10_000)
    raw.stream = answer("404 Not Found")
    client = connect(poll_interval=0.01)
    wait_for(lambda: client.via == "polling", "the client polls")
    before, raw.poll = raw.polls, JSON + b"\r\n" + b" " * 1_000_000
    wait_for(lambda: raw.polls >= before + 3, "the client has met it, and tried again")
    assert client.bool("a", ANN) is True
    raw.poll = None
    wait_for(lambda: client.via == "polling", "the client polls again")
