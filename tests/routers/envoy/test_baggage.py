"""A real Envoy and the SDK read the same decisions in a baggage header, however it is made."""

from __future__ import annotations

import random
import socket

from tests.routers.contract import TO_V2, matching, put
from tests.routers.envoy.mesh import EnvoyMesh
from togglemesh.baggage import decisions_in

PIECES = [
    *(b"feature.new-checkout", b"feature.new-checkout-2", b"Feature.new-checkout", b"feature.x"),
    *(b"=on", b"=off", b"=", b"=o%6E", b"on", b"tenant=acme", b";p=1", b";"),
    *(b",", b",", b",", b", ", b" ", b"\t", b"\xa0", b"\xc2\xa0", b"caf\xe9", b"\xe2\x80\x83"),
]
MEMBERS = [
    *(b"feature.new-checkout=on", b"feature.new-checkout=off", b" feature.new-checkout = on ;p"),
    *(
        b"feature.new-checkout=",
        b"feature.new-checkout",
        b"\xa0feature.new-checkout=on",
        b"a=b",
        b"",
    ),
]


def test_route__headers_of_all_sorts__are_read_as_the_sdk_reads_them(mesh: EnvoyMesh) -> None:
    put(mesh, matching(mesh.plan, TO_V2))
    met = {lines: _send(mesh, lines) for lines in _headers()}
    assert met == {lines: "v2" if _carries(lines) else "v1" for lines in met}
    assert set(met.values()) == {"v1", "v2"}


def test_route__header_longer_than_w3c_promises__is_still_read_by_both(mesh: EnvoyMesh) -> None:
    put(mesh, matching(mesh.plan, TO_V2))
    lines = (b"k=" + b"v" * 9_000 + b",feature.new-checkout=on",)
    assert _carries(lines)
    assert _send(mesh, lines) == "v2"


def _headers() -> list[tuple[bytes, ...]]:
    """Each is one header of one to three lines."""
    draw = random.Random(8)
    lines = [b"".join(draw.choices(PIECES, k=draw.randint(1, 9))) for _ in range(300)]
    lines += [b",".join(draw.choices(MEMBERS, k=draw.randint(1, 4))) for _ in range(300)]
    return [tuple(draw.sample(lines, draw.choice([1, 1, 1, 2, 3]))) for _ in range(600)]


def _carries(lines: tuple[bytes, ...]) -> bool:
    header = b",".join(line.strip(b" \t") for line in lines).decode("latin-1")
    return decisions_in(header).get(TO_V2.feature) == TO_V2.variant


def _send(mesh: EnvoyMesh, lines: tuple[bytes, ...]) -> str:
    """The version that answered; bytes, as no client of HTTP sends all of these."""
    request = [b"GET / HTTP/1.1", b"host: cart", *(b"baggage: " + line for line in lines)]
    with socket.create_connection(("127.0.0.1", mesh.proxy.port), timeout=10) as connection:
        connection.sendall(b"\r\n".join([*request, b"connection: close", b"", b""]))
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200"), (lines, answer)
    return answer.rpartition(b"\r\n\r\n")[2].decode()
