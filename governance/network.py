"""Which addresses calls to the outside may go to. Pure.

Public addresses are allowed. Private, loopback and link-local ones take the operator's leave,
and an address where clouds hand out credentials must be listed by itself.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
NAT64 = IPv6Network("64:ff9b::/96")
METADATA = frozenset(
    map(
        ip_address,
        [
            *("169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254"),
            *("100.100.100.200", "168.63.129.16", "192.0.0.192"),
        ],
    )
)


@dataclass(frozen=True, slots=True)
class AllowedNetwork:
    """One entry of the operator's list; `ports` None means every port."""

    network: IPv4Network | IPv6Network
    ports: range | None = None

    def holds(self, address: Address, port: int) -> bool:
        """True when this entry gives leave for the address and port."""
        if address in METADATA and self.network.num_addresses > 1:
            return False
        return address in self.network and (self.ports is None or port in self.ports)


@dataclass(frozen=True, slots=True)
class Networks:
    """The operator's list. Without entries only public addresses are allowed."""

    allowed: tuple[AllowedNetwork, ...] = ()

    def permit(self, address: Address, port: int) -> bool:
        """True when a call may go to this address."""
        plain = without_wrapping(address)
        if any(entry.holds(plain, port) for entry in self.allowed):
            return True
        return plain.is_global and not plain.is_multicast and plain not in METADATA

    def permit_host(self, host: str, port: int) -> bool:
        """False for an address that is not permitted, in any spelling. True for every name: what
        a name leads to is checked when a connection is made."""
        address = as_address(host)
        return address is None or self.permit(address, port)


def read_networks(texts: Iterable[str]) -> Networks:
    """From `10.0.0.0/8`, `127.0.0.1 port 9901` or `::1 port 9000-9100`. Raises ValueError."""
    return Networks(tuple(_entry(text) for text in texts))


def _entry(text: str) -> AllowedNetwork:
    network, _, ports = text.partition(" port ")
    return AllowedNetwork(ip_network(network.strip()), _ports(ports) if ports else None)


def _ports(text: str) -> range:
    first, _, last = text.partition("-")
    found = range(int(first), int(last or first) + 1)
    if not found or found[0] < 1 or found[-1] > 65535:
        raise ValueError(f"{text!r} is no range of ports")
    return found


def as_address(host: str) -> Address | None:
    """The address that a host's text is, also as `127.1`, `0x7f000001` or `[::1]`; None for a
    name."""
    bare = host.removeprefix("[").removesuffix("]").rstrip(".").partition("%")[0]
    try:
        return ip_address(bare)
    except ValueError:
        return _legacy_address(bare)


def _legacy_address(text: str) -> Address | None:
    """The decimal, octal and shortened forms that resolvers still take."""
    if not text.isascii() or not text[:1].isdigit() or any(sign.isspace() for sign in text):
        return None
    try:
        return IPv4Address(socket.inet_aton(text))
    except OSError:
        return None


def without_wrapping(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it stands for one."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    low = int(address)
    if 1 < low <= 0xFFFFFFFF:
        return IPv4Address(low)  # the deprecated IPv4-compatible form
    return address.ipv4_mapped or address.sixtofour or address
