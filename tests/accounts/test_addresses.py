"""The address of a client behind proxies: only what trusted proxies vouch for counts."""

import pytest

from accounts.addresses import client_address, read_networks

PROXIES = read_networks("10.0.0.0/8, 192.0.2.1,2001:db8:1::/48")


@pytest.mark.parametrize(
    ("peer", "headers", "found"),
    [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.1.1.1", [], "10.1.1.1"),
        ("10.1.1.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.1.1.1", ["1.1.1.1, 198.51.100.1, 192.0.2.1"], "198.51.100.1"),
        ("10.1.1.1", ["1.1.1.1, 198.51.100.1", "10.2.2.2"], "198.51.100.1"),
        ("10.1.1.1", ["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
        ("2001:db8:1::7", ["2001:db8::5"], "2001:db8::5"),
    ],
)
def test_client_address__peer_and_headers__nearest_that_no_trusted_proxy_has(
    peer: str, headers: list[str], found: str
) -> None:
    assert client_address(peer, headers, PROXIES) == found


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ("198.51.100.1:4711", "198.51.100.1"),
        ("[2001:db8::5]:4711", "2001:db8::5"),
        ("[2001:DB8::5]", "2001:db8::5"),
        ('"[2001:db8::5]:80"', "2001:db8::5"),
        ("2001:db8:0:0::5", "2001:db8::5"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("[::ffff:198.51.100.1]:1", "198.51.100.1"),
    ],
)
def test_client_address__one_host_in_many_notations__is_one_text(entry: str, found: str) -> None:
    assert client_address("10.1.1.1", [f"1.1.1.1, {entry}"], PROXIES) == found


@pytest.mark.parametrize(
    "junk", ["unknown", "_hidden", "1.2.3.4:x", "[::1", "300.1.1.1", "\0", "a" * 9999]
)
def test_client_address__what_is_no_address__vouches_for_nothing_before_it(junk: str) -> None:
    assert client_address("10.1.1.1", [f"1.1.1.1, {junk}, 10.2.2.2"], PROXIES) == "10.2.2.2"
    assert client_address("10.1.1.1", [f"{junk}, 1.1.1.1"], PROXIES) == "1.1.1.1"


def test_client_address__empty_entries__are_passed_over() -> None:
    assert client_address("10.1.1.1", ["1.1.1.1, ,", ""], PROXIES) == "1.1.1.1"


def test_client_address__peer_in_ipv6_notation__is_the_same_trusted_proxy() -> None:
    assert client_address("::ffff:10.1.1.1", ["1.1.1.1"], PROXIES) == "1.1.1.1"
    assert client_address("unix", ["1.1.1.1"], PROXIES) == "unix"


def test_networks__not_one__named() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/8"):
        read_networks("10.0.0.0/8,10.0.0.1/8")
