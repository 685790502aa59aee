"""A small real HTTP server in the place of the management API, and the program as people run it."""

import json
import os
import subprocess
import sys
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

TOKEN = "tm_personal_AAAAAAAAAAAAAAAAAAAAAA_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    line: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Answer:
    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def problem(status: int, **errors: str) -> Answer:
    """Problem details, as the API tells them."""
    return Answer({"status": status, "errors": errors}, status)


class ManagementApi:
    """`api.answer("GET features", …)` is given once; the last one of a line again and again."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[str, deque[Answer]] = defaultdict(deque)
        owner = self

        class Handler(_Handler):
            api = owner

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, line: str, *answers: Any) -> None:
        """What is no Answer is a body."""
        told = [one if isinstance(one, Answer) else Answer(one) for one in answers]
        self._answers[line].extend(told)

    def next(self, line: str) -> Answer:
        waiting = self._answers.get(line) or self._answers.get(line.partition("?")[0])
        if not waiting:
            return problem(404, request=f"nothing stands at {line}")
        return waiting.popleft() if len(waiting) > 1 else waiting[0]

    @property
    def lines(self) -> list[str]:
        return [one.line for one in self.asked]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    api: ManagementApi

    def _do(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length)
        line = f"{self.command} {self.path.removeprefix('/api/v1/')}"
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.api.asked.append(Asked(line, headers, json.loads(sent) if sent else None))
        told = self.api.next(line)
        body = b"" if told.body is None else json.dumps(told.body).encode()
        self.send_response(told.status)
        for name, value in told.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Program:
    """`program("feature", "list")` runs it; nobody sits at a terminal."""

    folder: Path
    url: str
    token: str = TOKEN

    def environ(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        mine = {"XDG_CONFIG_HOME": str(self.folder), "PYTHONUTF8": "1"}
        named = {"TOGGLEMESH_URL": self.url, "TOGGLEMESH_TOKEN": self.token}
        return {**kept, **mine, **{name: value for name, value in named.items() if value}}

    @property
    def argv(self) -> list[str]:
        return [sys.executable, "-c", "from togglemesh.cli import main; main()"]

    def __call__(self, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*self.argv, *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env=self.environ(),
            cwd=self.folder,
        )
