"""A web server that answers every request with one word, and a call that shows who answered."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answering:
    """Answers GET with its word and status, 500 with `x-fail`, until the `with` block ends."""

    def __init__(self, word: str, status: int = 200) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(word, status))
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Answering:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(word: str, status: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(500 if self.headers.get("x-fail") else status)
            self.send_header("Content-Length", str(len(word)))
            self.end_headers()
            self.wfile.write(word.encode())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler


def ask(port: int, host: str, **headers: str) -> str:
    """The word of whoever answers for `host` behind the sidecar's port, or `<status>` text."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Host": host, **headers})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as refused:
        return f"{refused.code} {refused.read().decode()}"
    except OSError as reason:
        return str(reason)
