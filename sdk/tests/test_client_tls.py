"""The client over TLS, with a certificate made for the test."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from stand_in import KEY, StandIn, wait_for
from wire_documents import change, feature

from togglemesh import Client
from togglemesh.client.backoff import Backoff

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="needs openssl to make a certificate")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    ask = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    whom = ["-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    command = [str(OPENSSL), *ask.split(), *whom, *files]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


@pytest.fixture
def secure(server: StandIn, certificate: tuple[Path, Path]) -> str:
    """The server's address, now with TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.stop()
    server.start(context)
    return server.url.replace("http:", "https:")


def test_tls__certificate_trusted__follows_and_closes_while_reading(
    server: StandIn, secure: str, certificate: tuple[Path, Path]
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    with Client(secure, KEY, tls=trusting) as client:
        wait_for(lambda: client.state == "live", "the client is live")
        server.send_change(change(43, feature("third")))
        wait_for(lambda: client.last_number == 43, "the change is in")
    assert not client._follower._thread.is_alive()


def test_tls__certificate_not_trusted__sends_no_key(
    server: StandIn, secure: str, caplog: pytest.LogCaptureFixture
) -> None:
    with Client(secure, KEY, backoff=Backoff(0.01, 0.05)) as client:
        wait_for(lambda: "CERTIFICATE_VERIFY_FAILED" in caplog.text, "the refusal is logged")
        assert client.state == "starting"
    assert server.requests == []
