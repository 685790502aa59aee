"""The load generator counts whole answers, and nothing else than a 200."""

import socket
import threading
from collections.abc import Iterator

import pytest

from benchmarks.load import Connection
from benchmarks.pressing import Pressed, make_request

Pair = tuple[Connection, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A connection of the generator and the server's end of it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        connection = Connection(listening.getsockname()[1], b"GET / HTTP/1.1\r\n\r\n")
        server, _ = listening.accept()
        with server, connection.socket:
            server.settimeout(5)
            server.recv(100)
            yield connection, server


def test_take__answer_in_pieces__counts_it_once_and_asks_again(pair: Pair) -> None:
    connection, server = pair
    taken = []
    for piece in (b"HTTP/1.1 200 OK\r\nContent-Le", b"ngth: 4\r\n\r\nab", b"cd"):
        server.sendall(piece)
        taken.append(connection.take())
    assert taken == [0, 0, 1]
    assert server.recv(100) == b"GET / HTTP/1.1\r\n\r\n"


def test_take__empty_body__is_an_answer(pair: Pair) -> None:
    connection, server = pair
    server.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
    assert connection.take() == 1


@pytest.mark.parametrize("head", [b"HTTP/1.1 429 No\r\ncontent-length: 0", b"HTTP/1.1 200 OK"])
def test_take__refusal_or_no_length__ends_the_run(pair: Pair, head: bytes) -> None:
    connection, server = pair
    server.sendall(head + b"\r\n\r\n")
    with pytest.raises(SystemExit, match="not a 200 with a length"):
        connection.take()


def test_take__closed_by_the_server__ends_the_run(pair: Pair) -> None:
    connection, server = pair
    threading.Thread(target=server.close).start()
    with pytest.raises(SystemExit, match="closed"):
        connection.take()


def test_ratio__noisy_turns__is_the_median_of_the_turns() -> None:
    pressed = Pressed({"ours": [10.0, 1.0, 30.0], "theirs": [5.0, 1.0, 2.0]}, busiest=0.4)
    assert pressed.ratio("ours", "theirs") == 2.0
    assert pressed.rate("ours") == "10 requests/s"


def test_make_request__with_content__says_its_length() -> None:
    head, _, body = make_request("POST", "/x", "Bearer k", {"a": 1}).partition(b"\r\n\r\n")
    assert body == b'{"a": 1}'
    assert b"Content-Length: 8" in head
