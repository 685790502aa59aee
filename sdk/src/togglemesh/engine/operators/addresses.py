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


def network_of(text: str) -> Network | None:
    """A network in CIDR notation, or one address; None for anything else."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _address_of(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _in_cidr(values: Texts) -> TextTest:
    networks = tuple(n for n in map(network_of, values) if n is not None)

    def test(text: str) -> bool:
        address = _address_of(text)
        return address is not None and any(address in network for network in networks)

    return test


def _check(value: str) -> str | None:
    return None if network_of(value) is not None else "must be an address or a network, in CIDR"


OPERATORS = {"IN_CIDR": TextOperator(_in_cidr, check=_check)}
