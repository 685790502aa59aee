"""What only the real web process shows: how a connection ends, and a database that is not there."""

from __future__ import annotations

import socket

import httpx
import pytest

from controlplane.stack.freeports import free_port
from tests.events.database import address_of_database
from tests.processes import Processes

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


def serve(processes: Processes, **env: str) -> int:
    port = free_port()
    processes.manage(
        "web",
        env={**address_of_database(), "TOGGLEMESH_PORT": str(port), **env},
        port=port,
        ready=lambda: httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200,
    )
    return port


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("/api/v1/features", b"application/problem+json"), ("/sign-in/", b"text/html")],
)
def test_body__too_large_by_far__413_is_read_by_who_is_still_sending(
    transactional_db: None, processes: Processes, path: str, media_type: bytes
) -> None:
    port, length = serve(processes), 12_000_000
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode() + b" " * length)
        answer = connection.recv(4_000).lower()
    assert answer.startswith(b"http/1.1 413 ")
    assert media_type in answer


def test_web__postgresql_is_not_there__503_in_the_form_that_suits(
    transactional_db: None, processes: Processes
) -> None:
    port = serve(processes, DATABASE_URL=NOWHERE)
    cookies = {"togglemesh_session": "a" * 32}
    for path, media_type in (("/api/v1/features", "application/problem+json"), ("/", "text/html")):
        answer = httpx.get(f"http://127.0.0.1:{port}{path}", cookies=cookies, timeout=20)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert answer.headers["content-type"].startswith(media_type)
        assert "does not answer" in answer.text
