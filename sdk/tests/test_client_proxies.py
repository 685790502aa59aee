"""The client behind a proxy that the environment names. The server's name is known to nobody but
the proxy, so whatever arrives came through it.
"""

import select
import shutil
import socket
import ssl
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from stand_in import KEY, StandIn, wait_for
from wire_documents import change, feature

from togglemesh import Client
from togglemesh.client.backoff import Backoff
from togglemesh.client.proxies import UnusableProxy, proxy_for

NAME = "evaluator.test"
OPENSSL = shutil.which("openssl")


class SmallProxy(ThreadingHTTPServer):
    """Forwards `http` in absolute form and tunnels CONNECT, all to one server."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self.target = (str(parts.hostname), int(parts.port or 0))
        self.asked: list[tuple[str, str, str]] = []  # method, target, credentials
        self.leaked: list[str] = []  # what the proxy itself must not see in a CONNECT
        self.refuses = 0
        super().__init__(("127.0.0.1", 0), _Forward)
        Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Forward(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SmallProxy

    def do_GET(self) -> None:
        self._note()
        if self.server.refuses:
            self._refuse()
            return
        path = urlsplit(self.path).path
        lines = [f"{self.command} {path} HTTP/1.1"]
        lines += [f"{n}: {v}" for n, v in self.headers.items() if n != "Proxy-Authorization"]
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        head = "\r\n".join([*lines, "Connection: close", "", ""]).encode()
        with socket.create_connection(self.server.target) as onward:
            onward.sendall(head + body)
            self._pump(onward)

    do_POST = do_GET  # noqa: N815 - the standard library's names

    def do_CONNECT(self) -> None:
        self._note()
        if self.headers["Authorization"]:
            self.server.leaked.append(self.headers["Authorization"])
        if self.server.refuses:
            self._refuse()
            return
        with socket.create_connection(self.server.target) as onward:
            self.send_response(200)
            self.end_headers()
            self._pump(onward)

    def _note(self) -> None:
        scheme, _, pair = (self.headers["Proxy-Authorization"] or "").partition(" ")
        credentials = b64decode(pair).decode() if scheme == "Basic" else ""
        self.server.asked.append((self.command, self.path, credentials))

    def _refuse(self) -> None:
        self.send_response(self.server.refuses)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _pump(self, onward: socket.socket) -> None:
        self.close_connection = True
        pairs = {self.connection: onward, onward: self.connection}
        while True:
            for ready in select.select(list(pairs), [], [], 30)[0]:
                try:
                    data = ready.recv(65536)
                    pairs[ready].sendall(data)
                except OSError:
                    return
                if not data:
                    return

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def proxy(server: StandIn) -> Iterator[SmallProxy]:
    proxy = SmallProxy(server.url)
    yield proxy
    proxy.shutdown()
    proxy.server_close()


def connect(url: str, **options: object) -> Client:
    quick = {"backoff": Backoff(0.01, 0.05), "usage_interval": 0.05}
    return Client(url, KEY, **(quick | options))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_http__proxy_in_the_environment__is_asked_in_absolute_form(
    server: StandIn, proxy: SmallProxy, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, f"http://ann:p%40ss@{proxy.address}/")
    with connect(f"http://{NAME}:8010/base") as client:
        wait_for(lambda: client.state == "live", "the client is live")
        server.send_change(change(43, feature("third")))
        wait_for(lambda: client.last_number == 43, "the change is in")
        wait_for(lambda: server.reports, "it has registered")
    asked = f"http://{NAME}:8010/base/stream/v1/changes"
    assert ("GET", asked, "ann:p@ss") in proxy.asked
    assert server.requests[0]["host"] == f"{NAME}:8010"
    assert server.requests[0]["path"] == "/base/stream/v1/changes"
    assert "proxy-authorization" not in server.requests[0]


def test_http__proxy_refuses__is_tried_again_and_heard_of(
    proxy: SmallProxy, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.address)
    proxy.refuses = 407
    with connect(f"http://{NAME}") as client:
        wait_for(lambda: "answered 407" in caplog.text, "the log says why")
        proxy.refuses = 0
        wait_for(lambda: client.state == "live", "the client is live")


@pytest.mark.skipif(OPENSSL is None, reason="needs openssl to make a certificate")
def test_https__proxy_in_the_environment__is_tunnelled_and_sees_no_key(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = _serve_tls(server, tmp_path)
    proxy = SmallProxy(server.url)
    monkeypatch.setenv("HTTPS_PROXY", f"http://ann:secret@{proxy.address}")
    with connect(f"https://{NAME}", tls=ssl.create_default_context(cafile=certificate)) as client:
        wait_for(lambda: client.state == "live", "the client is live")
        server.send_change(change(43, feature("third")))
        wait_for(lambda: client.last_number == 43, "the change is in")
    assert set(proxy.asked) == {("CONNECT", f"{NAME}:443", "ann:secret")}
    assert proxy.leaked == []
    assert server.requests[0]["authorization"] == f"Bearer {KEY}"
    assert "proxy-authorization" not in server.requests[0]
    proxy.shutdown()
    proxy.server_close()


def test_https__tunnel_refused_for_a_while__is_tried_again(
    proxy: SmallProxy, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://ann:secret@{proxy.address}")
    proxy.refuses = 403
    with connect(f"https://{NAME}") as client:
        wait_for(lambda: len(proxy.asked) >= 3, "the tunnel is tried again")
        assert (client.state, client.refused) == ("starting", None)
    assert "403" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    "address", ["socks5://h:1", "https://h:1", "http://", "http://u:secret@h:x"]
)
def test_proxy__cannot_be_used__is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    monkeypatch.setenv("https_proxy", address)
    with connect(f"https://{NAME}") as client:
        wait_for(lambda: "https_proxy: must be like http://host:port" in caplog.text, "it is told")
        assert client.bool("new-checkout", default=True) is True
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("listed", "url"),
    [
        ("*", "https://a.example"),
        ("a.example", "https://a.example"),
        ("x, .example ,y", "https://a.example"),
        ("example", "https://a.b.EXAMPLE"),
        ("*.example", "https://a.example"),
        ("a.example:8443", "https://a.example:8443"),
        ("a.example:443", "https://a.example"),
        ("10.0.0.0/8", "http://10.20.30.40:1"),
        ("10.20.30.40", "http://10.20.30.40"),
        ("fd00::/8", "https://[fd00::7]:1"),
        ("[fd00::7]:1", "https://[fd00::7]:1"),
        ("", "http://127.0.0.1:8010"),
        ("", "http://[::1]:8010"),
        ("", "http://localhost:8010"),
    ],
)
def test_no_proxy__covers_the_server__is_reached_directly(
    monkeypatch: pytest.MonkeyPatch, listed: str, url: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy.test:3128")
    monkeypatch.setenv("NO_PROXY", listed)
    assert proxy_for(urlsplit(url)) is None


@pytest.mark.parametrize(
    ("listed", "url"),
    [
        ("", "https://a.example"),
        ("b.example,ample,.a.example.", "https://example"),
        ("a.example:8443", "https://a.example"),
        ("xample", "https://a.example"),
        ("10.0.0.0/8", "http://11.0.0.1"),
        ("10.0.0.0/8", "http://10.example"),
        ("[fd00::7]:2", "https://[fd00::7]:1"),
        (", ,:,.,*.", "https://a.example"),
    ],
)
def test_no_proxy__covers_others__goes_through_the_proxy(
    monkeypatch: pytest.MonkeyPatch, listed: str, url: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", "proxy.test")
    monkeypatch.setenv("no_proxy", listed)
    found = proxy_for(urlsplit(url))
    assert found is not None
    assert (found.host, found.port, found.headers) == ("proxy.test", 80, {})


def test_http_proxy__under_cgi__is_a_header_and_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUEST_METHOD", "GET")
    monkeypatch.setenv("HTTP_PROXY", "http://evil.test")
    assert proxy_for(urlsplit("http://a.example")) is None


def test_proxy_for__lower_case_is_empty__goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "")
    monkeypatch.setenv("HTTPS_PROXY", "ftp://nowhere")
    assert proxy_for(urlsplit("https://a.example")) is None
    monkeypatch.delenv("https_proxy")
    with pytest.raises(UnusableProxy):
        proxy_for(urlsplit("https://a.example"))


def _serve_tls(server: StandIn, folder: Path) -> str:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    ask = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    whom = ["-addext", f"subjectAltName=DNS:{NAME}"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([str(OPENSSL), *ask.split(), *whom, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.stop()
    server.start(context)
    return str(certificate)
