"""Which addresses may be called, in whatever spelling, and by whatever name."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread
from typing import Any

import pytest
import urllib3

from governance.network import Networks, read_networks
from governance.outgoing import NotPermitted, PermittedHTTPConnection, connect, restrict

NOBODY = Networks()


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "0x7f.1", "0x7f000001", "2130706433", "017700000001", "0"),
        *("::1", "[::1]", "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "0.0.0.0", "::"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "127.0.0.1.", "fe80::1%eth0"),
        *("10.1.2.3", "172.16.0.1", "192.168.0.1", "100.64.0.1", "fc00::1", "fe80::1"),
        *("169.254.169.254", "::ffff:169.254.169.254", "168.63.129.16", "fd00:ec2::254"),
        *("224.0.0.1", "255.255.255.255", "240.0.0.1", "ff02::1"),
    ],
)
def test_networks__nothing_listed__private_addresses_are_refused_in_every_spelling(
    host: str,
) -> None:
    assert not NOBODY.permit_host(host, 80)


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "cart.example"])
def test_networks__nothing_listed__public_addresses_and_names_pass(host: str) -> None:
    assert NOBODY.permit_host(host, 80)


def test_networks__network_listed__its_addresses_pass_in_every_spelling() -> None:
    listed = read_networks(["127.0.0.0/8", "fc00::/7"])
    for host in ("127.0.0.1", "::ffff:127.0.0.1", "2130706433", "fc00::1"):
        assert listed.permit_host(host, 80)
    assert not listed.permit_host("10.0.0.1", 80)


def test_networks__metadata_address__must_be_listed_by_itself() -> None:
    address = ip_address("169.254.169.254")
    assert not read_networks(["169.254.0.0/16"]).permit(address, 80)
    assert read_networks(["169.254.169.254"]).permit(address, 80)


def test_networks__ports_listed__others_are_refused() -> None:
    listed = read_networks(["127.0.0.1 port 9901", "::1 port 9000-9002"])
    found = [listed.permit_host("127.0.0.1", port) for port in (9900, 9901, 9902)]
    assert found == [False, True, False]
    assert [listed.permit_host("::1", port) for port in (9002, 9003)] == [True, False]


@pytest.mark.parametrize("text", ["10.0.0.1/8", "here", "::1 port 0", "::1 port 9-8", "::1 port x"])
def test_read_networks__no_network__value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_networks([text])


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "::ffff:127.0.0.1"])
def test_connect__leads_to_loopback__refused_and_nobody_is_called(
    host: str, listener: socket.socket
) -> None:
    with pytest.raises(NotPermitted):
        connect(host, listener.getsockname()[1], networks=NOBODY, limit=2)
    listener.setblocking(False)
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_connect__name_changes_after_the_check__goes_to_the_checked_address(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["127.0.0.1", "10.9.9.9"])
    real = socket.getaddrinfo

    def rebinding(host: str, port: int, *args: Any, **words: Any) -> Any:
        return real(next(answers) if host == "rebinding.example" else host, port, *args, **words)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    port, allowed = listener.getsockname()[1], read_networks(["127.0.0.0/8"])
    with connect("rebinding.example", port, networks=allowed, limit=2) as made:
        assert made.getpeername() == ("127.0.0.1", port)
    with pytest.raises(NotPermitted):
        connect("rebinding.example", port, networks=allowed, limit=2)


def test_connect__nothing_behind_the_name_or_a_private_address__same_sentence() -> None:
    said = set()
    for host in ("nobody.invalid", "localhost"):
        with pytest.raises(NotPermitted) as refused:
            connect(host, 80, networks=NOBODY, limit=2)
        said.add(str(refused.value).replace(host, "HOST"))
    assert len(said) == 1


def test_http_connection__loopback_not_listed__refused() -> None:
    connection = PermittedHTTPConnection("localhost", 80, networks=NOBODY, limit=2)
    with pytest.raises(NotPermitted):
        connection.request("GET", "/")


def test_pool_manager__redirect_to_another_port__is_not_followed(
    redirecting: tuple[int, socket.socket],
) -> None:
    port, target = redirecting
    pools = urllib3.PoolManager(retries=False)
    restrict(pools, read_networks([f"127.0.0.1 port {port}"]))
    with pytest.raises(urllib3.exceptions.HTTPError):
        pools.request("GET", f"http://127.0.0.1:{port}/", redirect=True, retries=3)
    target.setblocking(False)
    with pytest.raises(BlockingIOError):
        target.accept()


@pytest.fixture
def redirecting(listener: socket.socket) -> Iterator[tuple[int, socket.socket]]:
    """A server whose answer sends the caller on to the listener."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("location", f"http://127.0.0.1:{listener.getsockname()[1]}/")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_port, listener
    server.shutdown()
    server.server_close()


def test_http_connection__listed__answers(redirecting: tuple[int, socket.socket]) -> None:
    allowed = read_networks(["127.0.0.0/8"])
    made = PermittedHTTPConnection("localhost", redirecting[0], networks=allowed, limit=2)
    made.request("GET", "/")
    answer: http.client.HTTPResponse = made.getresponse()
    assert answer.status == 302
    made.close()
