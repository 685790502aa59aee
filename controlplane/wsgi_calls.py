"""One call of a WSGI application for a request that has been read whole."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Headers = list[tuple[bytes, bytes]]
Answer = tuple[int, Headers, bytes]  # status, headers, body
Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_OWN_NAMES = {"CONTENT-TYPE": "CONTENT_TYPE", "CONTENT-LENGTH": "CONTENT_LENGTH"}


def environ_of(scope: Mapping[str, Any], body: bytes) -> Environ:
    """PEP 3333, out of an ASGI scope. Raises ValueError for what is no text."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("ascii"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": str(client[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **_headers(scope["headers"]),
        # Also of a body that came in pieces, whose length nobody said.
        "CONTENT_LENGTH": str(len(body)),
    }


def _headers(given: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw, value in given:
        name, text = raw.decode("latin-1").upper(), value.decode("latin-1")
        if "_" in name:
            continue  # in the environ it would be taken for the name with a hyphen
        key = _OWN_NAMES.get(name) or f"HTTP_{name.replace('-', '_')}"
        between = "; " if name == "COOKIE" else ","
        found[key] = f"{found[key]}{between}{text}" if key in found else text
    return found


def call(application: Application, environ: Environ) -> Answer:
    """The whole answer; `close` is called as servers have to."""
    start: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _problem: Any = None) -> None:
        start[:] = [(status, headers)]

    parts = application(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close:
            close()
    status, headers = start[0]
    said = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return int(status.split()[0]), said, body
