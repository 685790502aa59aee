"""An API server that answers what a test tells it to, and counts what it is asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from routing.allowed import NamedCluster
from routing.cluster.calls import Calls


class ScriptedServer:
    """`answers` are statuses, the last of which is repeated; 0 means: say nothing until the end."""

    def __init__(self) -> None:
        self.answers = [200]
        self.asked = 0
        self.ended = threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}"

    def next_status(self) -> int:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def _handler(server: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = server.next_status()
            if not status:
                server.ended.wait(30)
                return
            body = json.dumps({"message": f"status {status}"}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    scripted = ScriptedServer()
    threading.Thread(target=scripted.http.serve_forever, args=(0.02,), daemon=True).start()
    yield scripted
    scripted.ended.set()
    scripted.http.shutdown()
    scripted.http.server_close()


@pytest.fixture
def calls(server: ScriptedServer, tmp_path: Path) -> Calls:
    file = tmp_path / "kubeconfig"
    document = {
        "clusters": [{"name": "c", "cluster": {"server": server.address}}],
        "users": [{"name": "u", "user": {"token": "t"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    file.write_text(json.dumps(document))
    return Calls(NamedCluster(kubeconfig=str(file)))
