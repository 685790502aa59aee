"""Where a request comes from when proxies stand in front of us. Pure.

Each proxy adds the address of whom it serves to the right end of `X-Forwarded-For`; what stands
further left came with the request and may be invented. So the list counts only as far from the
right as proxies that we trust have written it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

# `192.0.2.1:4711`, and `[2001:db8::1]` with a port or without.
_IPV4_AND_PORT = re.compile(r"([0-9.]+):[0-9]{1,5}")
_IPV6_IN_BRACKETS = re.compile(r"\[([^\[\]]+)\](:[0-9]{1,5})?")


def client_address(peer: str, forwarded_for: Sequence[str], trusted: Sequence[Network]) -> str:
    """The address nearest to the client that is vouched for.

    `peer` is the other end of the connection, `forwarded_for` the values of all X-Forwarded-For
    headers in their order. An entry that is no address ends the walk: nobody vouches for what
    stands left of it. A `peer` that is no address is given back as it is.
    """
    found = read_address(peer)
    if found is None:
        return peer
    for entry in _from_the_right(forwarded_for):
        if not _is_trusted(found, trusted):
            break
        before = read_address(entry)
        if before is None:
            break
        found = before
    return str(found)


def read_address(text: str) -> Address | None:
    """The address in `text` without port, brackets and zone; IPv4 in IPv6 notation as IPv4."""
    text = text.strip().strip('"')
    found = _IPV4_AND_PORT.fullmatch(text) or _IPV6_IN_BRACKETS.fullmatch(text)
    try:
        address = ip_address((found[1] if found else text).partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def read_networks(text: str) -> tuple[Network, ...]:
    """Networks (`10.0.0.0/8`) and single addresses, separated by commas. ValueError names the
    one that is none."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _from_the_right(headers: Sequence[str]) -> Iterator[str]:
    for header in reversed(headers):
        yield from (entry for entry in reversed(header.split(",")) if entry.strip())


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address.version == one.version and address in one for one in trusted)
