"""One instance of one of the shop's services: `python -m demo.service web v1 --port …`.

It asks the SDK about the feature, calls the next service through that service's proxy, and tells
in its answer what it and everyone behind it saw.
"""

from __future__ import annotations

import argparse
import http.client
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from demo.layout import FEATURE, READY
from demo.page import PAGE
from togglemesh import Client, carry, outgoing_baggage

PASSED_ON = ("x-user-id", "x-user-group", "traceparent")
NEXT_LIMIT = 10.0
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Instance:
    """`next_url` is the next service's proxy and `next_host` the service's name in the mesh; while
    the file `fault` is there, every answer is a failure."""

    service: str
    version: str
    client: Client
    next_url: str | None
    next_host: str | None
    fault: Path

    def answer(self, headers: Mapping[str, str]) -> tuple[int, Answer]:
        """What we and everyone behind us saw of one request."""
        decision = self.client.decide(FEATURE, _context(headers))
        seen: Answer = {
            "service": self.service,
            "version": self.version,
            "feature": FEATURE,
            "variant": decision.variant,
            "reason": decision.reason,
            "user": headers.get("x-user-id"),
        }
        if self.fault.exists():
            return 500, {**seen, "error": f"{self.service} {self.version} was made to fail"}
        if self.next_url is None:
            return 200, seen
        status, seen["next"] = _call(self.next_url, self.next_host, headers)
        return (200 if status == 200 else 502), seen


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with connections that are kept; one thread per connection."""

    protocol_version = "HTTP/1.1"
    instance: Instance

    def do_GET(self) -> None:
        if self.path == READY:
            self._send(200 if self.instance.client.ready else 503, "text/plain", b"")
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        if "text/html" in headers.get("accept", "") and self.instance.service == "web":
            self._send(200, "text/html; charset=utf-8", PAGE.encode())
            return
        with carry(",".join(self.headers.get_all("baggage", [])) or None):
            status, seen = self.instance.answer(headers)
        self._send(status, "application/json", json.dumps(seen).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The proxies count; a line for each request would fill the disk."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main(words: Sequence[str] | None = None) -> None:
    options = _parse(words)
    client = Client(
        options.evaluator,
        options.key_file.read_text().strip(),
        cache_dir=options.cache_dir,
        first_hop=False,
    )
    Handler.instance = Instance(
        options.service, options.version, client, options.next, options.next_host, options.fault
    )
    Server(("127.0.0.1", options.port), Handler).serve_forever()


def _context(headers: Mapping[str, str]) -> dict[str, str]:
    given = {"userId": headers.get("x-user-id"), "group": headers.get("x-user-group")}
    return {name: value for name, value in given.items() if value}


_connections = threading.local()


def _call(url: str, host: str | None, headers: Mapping[str, str]) -> tuple[int, Answer]:
    """Ask the next service, with the decision in the baggage. Never raises."""
    sent = {name: headers[name] for name in PASSED_ON if name in headers}
    if host:
        sent["host"] = host
    baggage = outgoing_baggage()
    if baggage:
        sent["baggage"] = baggage
    connection = _connection(url)
    try:
        connection.request("GET", "/", headers=sent)
        found = connection.getresponse()
        body = found.read()
        return found.status, json.loads(body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        connection.close()
        return 503, {"error": f"{type(error).__name__}: {error}"}


def _connection(url: str) -> http.client.HTTPConnection:
    """This thread's connection to the address; http.client opens it again when it was closed."""
    kept: dict[str, http.client.HTTPConnection] = _connections.__dict__
    if url not in kept:
        parts = urlsplit(url)
        kept[url] = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=NEXT_LIMIT)
    return kept[url]


def _parse(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo.service")
    parser.add_argument("service")
    parser.add_argument("version")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--evaluator", required=True, help="address of the evaluator")
    parser.add_argument("--key-file", type=Path, required=True)
    parser.add_argument("--cache-dir", type=Path, required=True)
    parser.add_argument("--fault", type=Path, required=True, help="while it is there, answer 500")
    parser.add_argument("--next", help="address of the next service's proxy")
    parser.add_argument("--next-host", help="the next service's name in the mesh")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
