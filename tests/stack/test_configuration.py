"""Addresses in settings may be spelled in any way that people spell them."""

from __future__ import annotations

import pytest

from controlplane.configuration import BadConfiguration, read_configuration

NEEDED = {
    "TOGGLEMESH_SECRET_KEY": "0" * 64,
    "DATABASE_URL": "postgresql://nobody@127.0.0.1/none",
    "REDIS_URL": "redis://127.0.0.1",
}


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://x.example", "https://x.example"),
        ("https://x.example/", "https://x.example"),
        ("https://x.example/toggles/", "https://x.example"),
        ("HTTPS://X.Example:443", "https://x.example"),
        ("http://x.example:80/", "http://x.example"),
        (" https://x.example:8443/ ", "https://x.example:8443"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
    ],
)
def test_public_url__any_spelling__is_the_origin_that_browsers_send(
    given: str, origin: str
) -> None:
    assert read_configuration({**NEEDED, "TOGGLEMESH_PUBLIC_URL": given}).public_url == origin


@pytest.mark.parametrize("given", ["https://", "https://x:port", "https://a@x", "ftp://x"])
def test_public_url__no_address__is_refused_by_name(given: str) -> None:
    with pytest.raises(BadConfiguration, match="TOGGLEMESH_PUBLIC_URL must"):
        read_configuration({**NEEDED, "TOGGLEMESH_PUBLIC_URL": given})


def test_allowed_hosts__with_scheme_port_and_path__are_hosts_alone() -> None:
    named = {
        "TOGGLEMESH_ALLOWED_HOSTS": "https://A.example:8443/x, b.example:80,[::1]:9,.c.example"
    }
    url = {"TOGGLEMESH_PUBLIC_URL": "http://[2001:db8::1]:8000/"}
    assert read_configuration({**NEEDED, **named, **url}).allowed_hosts == (
        *("a.example", "b.example", "[::1]", ".c.example", "[2001:db8::1]"),
        *("127.0.0.1", "localhost"),
    )
