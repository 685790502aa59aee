"""The web process answers on, whoever stalls, idles or waits."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from accounts.models import User
from controlplane.stack.freeports import free_port
from controlplane.web import THREADS
from tests.conditions import eventually
from tests.evaluator.raw import connections, is_healthy, still_open
from tests.processes import Processes, current_database_url

PUBLIC = "https://toggles.example"
STALLED = (
    b"POST /api/v1/features HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Content-Length: 1000\r\n\r\n{"
)


@pytest.fixture
def port(transactional_db: None, processes: Processes) -> int:
    """A web process that takes 50 connections of one address."""
    port = free_port()
    environ = {
        "TOGGLEMESH_PORT": str(port),
        "TOGGLEMESH_PUBLIC_URL": f"{PUBLIC}/",
        "TOGGLEMESH_CONNECTIONS_PER_ADDRESS": "50",
    }
    processes.manage("web", env=environ, port=port, ready=lambda: is_healthy(port))
    return port


@pytest.mark.parametrize("say", [b"", b"G", STALLED])
def test_web__300_connections_that_stall__health_and_pages_answer(port: int, say: bytes) -> None:
    with connections(port, 300, say) as opened:
        assert is_healthy(port)
        assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1).json()["status"] == "alive"
        sign_in = httpx.get(f"http://127.0.0.1:{port}/sign-in/", timeout=3)
        assert sign_in.status_code == 200
        if say:
            eventually(lambda: still_open(opened) <= 50)


def test_web__body_stalls__408_and_the_connection_ends(port: int) -> None:
    with connections(port, 1, STALLED) as (one,):
        one.settimeout(15)
        said = b""
        while part := _read(one):
            said += part
        assert said.startswith(b"HTTP/1.1 408")
        assert b"within 10 seconds" in said


def test_web__body_is_larger_than_allowed__413(port: int) -> None:
    answer = httpx.post(f"http://127.0.0.1:{port}/api/v1/features", content=b"x" * 3_000_000)
    assert answer.status_code == 413
    assert "larger than" in answer.json()["errors"]["request"]


@pytest.fixture
def held_users(port: int) -> Iterator[None]:
    """Nobody can read the users for now."""
    with psycopg.connect(current_database_url()) as other:
        other.execute("LOCK TABLE accounts_user IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


def test_web__all_threads_wait_for_the_database__health_answers_and_they_end_with_503(
    port: int, owner: User, held_users: None
) -> None:
    statuses: list[int] = []

    def sign_in() -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=15) as browser:
            statuses.append(post_sign_in(browser).status_code)

    people = [threading.Thread(target=sign_in) for _ in range(THREADS)]
    for person in people:
        person.start()
    while any(person.is_alive() for person in people):
        assert is_healthy(port)
    assert statuses == [503] * THREADS


def test_sign_in__public_address_has_a_slash_at_its_end__is_not_taken_for_another_site(
    port: int, owner: User
) -> None:
    headers = {"Host": "toggles.example", "X-Forwarded-Proto": "https", "Origin": PUBLIC}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as browser:
        assert post_sign_in(browser).status_code == 302


def post_sign_in(browser: httpx.Client) -> httpx.Response:
    page = browser.get("/sign-in/")
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token
    form = {
        "csrfmiddlewaretoken": token[1],
        "username": "olga",
        "password": "a long test password",
    }
    # By hand: a browser keeps secure cookies to https, and here the proxy is missing.
    cookies = {"Cookie": f"togglemesh_csrf={page.cookies['togglemesh_csrf']}"}
    more = {"Referer": f"{PUBLIC}/sign-in/", "X-Forwarded-Proto": "https", "Origin": PUBLIC}
    host = {"Host": "toggles.example"}
    return browser.post("/sign-in/", data=form, headers={**cookies, **more, **host})


def _read(one: socket.socket) -> bytes:
    return one.recv(65536)
