"""The operator over internet addresses."""

from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from togglemesh.engine.operators.operator import TextOperator, Texts, TextTest

Network = IPv4Network | IPv6Network

# Where IPv6 notation holds IPv4 addresses: `::ffff:10.0.0.1` is the host 10.0.0.1.
_IPV4_IN_IPV6 = IPv6Network("::ffff:0:0/96")


def network_of(text: str) -> Network | None:
    """A network in CIDR notation, or one address; None for anything else. One of IPv4 in IPv6
    notation is given as IPv4."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    if isinstance(network, IPv6Network) and network.subnet_of(_IPV4_IN_IPV6):
        host = int(network.network_address) - int(_IPV4_IN_IPV6.network_address)
        return IPv4Network((host, network.prefixlen - _IPV4_IN_IPV6.prefixlen))
    return network


@lru_cache(maxsize=1024)
def _address_of(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _in_cidr(values: Texts) -> TextTest:
    networks = tuple(n for n in map(network_of, values) if n is not None)

    def test(text: str) -> bool:
        address = _address_of(text)
        return address is not None and any(address in network for network in networks)

    return test


def _check(value: str) -> str | None:
    return None if network_of(value) is not None else "must be an address or a network, in CIDR"


OPERATORS = {"IN_CIDR": TextOperator(_in_cidr, check=_check)}
