"""Calls of the management API. Only what reads is tried again by itself."""

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode

from togglemesh.cli.configuration import Configuration
from togglemesh.cli.problems import Misconfigured, Refused, Unreachable
from togglemesh.client.connection import Server
from togglemesh.version import VERSION

PREFIX = "/api/v1/"
TRIES = 3
PAUSE = 0.5  # seconds before the second try; doubled before the third
BUSY = (429, 502, 503, 504)
LARGEST_PAUSE = 10.0
LARGEST_ANSWER = 64 * 2**20


def path_of(*parts: str) -> str:
    """A path below /api/v1/ of parts that people wrote."""
    return "/".join(quote(part, safe="") for part in parts)


class Api:
    """Paths are below /api/v1/. Raises Refused and Unreachable."""

    def __init__(
        self, configuration: Configuration, *, timeout: float, idempotency_key: str = ""
    ) -> None:
        self._url, self._timeout = configuration.url, timeout
        self._idempotency_key = idempotency_key
        try:
            self._server = Server(configuration.url, configuration.token, connect_timeout=timeout)
        except ValueError as problem:
            raise Misconfigured(str(problem)) from None

    def get(self, path: str, query: Mapping[str, str | None] | None = None) -> Any:
        """Tried again while the server is busy or away."""
        given = {name: value for name, value in (query or {}).items() if value is not None}
        target = f"{path}?{urlencode(given)}" if given else path
        for pause in (PAUSE, 2 * PAUSE):
            try:
                status, answer, wait = self._call("GET", target)
            except Unreachable:
                time.sleep(pause)
                continue
            if status not in BUSY or wait > LARGEST_PAUSE:
                return _checked(status, answer)
            time.sleep(max(pause, wait))
        status, answer, _ = self._call("GET", target)
        return _checked(status, answer)

    def pages(self, path: str, query: Mapping[str, str | None] | None = None) -> Iterator[Any]:
        """All rows of a list, page by page."""
        cursor: str | None = None
        while True:
            answer = self.get(path, {**(query or {}), "cursor": cursor})
            yield from answer["items"]
            cursor = answer["next"]
            if not cursor:
                return

    def post(self, path: str, body: Mapping[str, Any], *, once: bool = True) -> Any:
        """With an Idempotency-Key: the same command with the same key is done once."""
        headers = {}
        if once:
            headers["Idempotency-Key"] = self._idempotency_key or str(uuid.uuid4())
        return self._change("POST", path, body, headers)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._change("PUT", path, body)

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._change("PATCH", path, body)

    def delete(self, path: str, query: Mapping[str, str]) -> Any:
        """What it says stands in the query: proxies may drop a DELETE's body."""
        return self._change("DELETE", f"{path}?{urlencode(query)}", None)

    def _change(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        sent = None if body is None else json.dumps(body).encode()
        try:
            status, answer, _ = self._call(method, path, sent, headers)
        except Unreachable as problem:
            key = (headers or {}).get("Idempotency-Key")
            again = f" It is safe to run this again with --idempotency-key {key}." if key else ""
            raise Unreachable(f"{problem.message}{again}") from None
        return _checked(status, answer)

    def _call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any, float]:
        """The status, the answer, and how long the server asks to wait."""
        sent = {"Accept": "application/json", "User-Agent": f"togglemesh-cli/{VERSION}"}
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            with self._server.exchange(
                method, PREFIX + path, {**sent, **(headers or {})},
                body=body, read_timeout=self._timeout,
            ) as response:  # fmt: skip
                content = response.read(LARGEST_ANSWER)
                wait = response.getheader("Retry-After") or ""
                return response.status, _json(content), float(wait) if wait.isdecimal() else 0.0
        except (OSError, HTTPException) as problem:
            raise Unreachable(f"{self._url} cannot be reached: {problem}") from None


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return content.decode("utf-8", "replace")


def _checked(status: int, answer: Any) -> Any:
    if 200 <= status < 300:
        return answer
    errors = answer.get("errors") if isinstance(answer, dict) else None
    if not isinstance(errors, dict) or not errors:
        told = "Is the address that of ToggleMesh?"
        errors = {"request": f"The server answered {status}. {told}"}
    raise Refused(status, {str(name): str(text) for name, text in errors.items()})
