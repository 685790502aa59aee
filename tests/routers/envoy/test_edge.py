"""The edge Envoy asks the first hop, and lets no decision in from outside."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.routers.contract import TO_V2, matching, put
from tests.routers.envoy.mesh import EnvoyMesh, running_mesh

CARRIER = "tenant=acme,feature.new-checkout=on"


class FirstHop(BaseHTTPRequestHandler):
    """Decides `on` for the user `lucky`, and keeps what it was asked with."""

    asked: list[dict[str, str]] = []

    def do_GET(self) -> None:
        self.asked.append({name.lower(): value for name, value in self.headers.items()})
        variant = "on" if self.headers.get("x-user-id") == "lucky" else "off"
        self.send_response(200)
        self.send_header("baggage", f"tenant=acme,feature.new-checkout={variant}")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def first_hop() -> Iterator[ThreadingHTTPServer]:
    FirstHop.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), FirstHop)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def edge(tmp_path: Path, first_hop: ThreadingHTTPServer) -> Iterator[EnvoyMesh]:
    with running_mesh(tmp_path, first_hop.server_port) as mesh:
        put(mesh, matching(mesh.plan, TO_V2))
        yield mesh


def test_edge__first_hop_decides__route_follows_and_baggage_is_passed_on(edge: EnvoyMesh) -> None:
    assert edge.send(None, headers={"x-user-id": "lucky"}) == (200, "v2")
    assert edge.v2.seen[-1]["baggage"] == CARRIER
    assert edge.send(None, headers={"x-user-id": "other"}) == (200, "v1")


def test_edge__decision_from_outside__is_replaced(edge: EnvoyMesh) -> None:
    assert edge.send(CARRIER, headers={"x-user-id": "other"}) == (200, "v1")
    assert edge.v1.seen[-1]["baggage"] == "tenant=acme,feature.new-checkout=off"


def test_edge__identity_headers__reach_the_first_hop(edge: EnvoyMesh) -> None:
    headers = {"x-user-id": "u", "x-session-id": "s", "x-user-group": "beta", "cookie": "secret"}
    edge.send("tenant=acme", headers=headers)
    asked = FirstHop.asked[-1]
    assert {name: asked.get(name) for name in headers} == {**headers, "cookie": None}
    assert asked["baggage"] == "tenant=acme"


def test_edge__first_hop_is_down__goes_on_without_any_decision(
    edge: EnvoyMesh, first_hop: ThreadingHTTPServer
) -> None:
    first_hop.shutdown()
    first_hop.server_close()
    assert edge.send(CARRIER, headers={"x-user-id": "lucky"}) == (200, "v1")
    assert "baggage" not in edge.v1.seen[-1]
