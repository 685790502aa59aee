"""Connections to the outside that go to permitted addresses only.

The address is checked after the name is resolved, and that very address is connected to: a name
that leads elsewhere a moment later changes nothing.
"""

from __future__ import annotations

import http.client
import socket
from ipaddress import ip_address
from typing import Any

import urllib3
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from governance.network import Networks


class NotPermitted(OSError):
    """The operator's list does not hold the address, or a name that leads to no permitted one."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"{host}:{port} leads to no address that ToggleMesh may call; for a private one the "
            "operator adds its network to TOGGLEMESH_ALLOWED_NETWORKS."
        )


def connect(host: str, port: int, *, networks: Networks, limit: float | None) -> socket.socket:
    """A TCP connection to the first permitted address that takes it. Raises OSError."""
    last: OSError = NotPermitted(host, port)
    for address in permitted_addresses(host, port, networks=networks):
        try:
            return socket.create_connection((address, port), timeout=limit)
        except OSError as error:
            last = error
    raise last


def permitted_addresses(host: str, port: int, *, networks: Networks) -> list[str]:
    """What the host leads to now and may be called; nothing for a name that nobody knows."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    addresses = dict.fromkeys(str(entry[4][0]) for entry in found)
    return [text for text in addresses if networks.permit(ip_address(text), port)]


class PermittedHTTPConnection(http.client.HTTPConnection):
    """Plain HTTP to a permitted address; it follows no redirect."""

    def __init__(self, host: str, port: int, *, networks: Networks, limit: float) -> None:
        super().__init__(host, port, timeout=limit)
        self._networks, self._limit = networks, limit

    def connect(self) -> None:
        self.sock = connect(self.host, self.port, networks=self._networks, limit=self._limit)


def restrict(pools: urllib3.PoolManager, networks: Networks) -> None:
    """From now on this manager connects to permitted addresses only, also after a redirect."""

    class Plain(_Permitted, urllib3.connection.HTTPConnection):
        allowed = networks

    class Secure(_Permitted, urllib3.connection.HTTPSConnection):
        allowed = networks

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Secure

    pools.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


class _Permitted:
    """Goes before a connection class of urllib3."""

    allowed: Networks

    def _new_conn(self: Any) -> socket.socket:
        limit = self.timeout if isinstance(self.timeout, int | float) else None
        try:
            return connect(self._dns_host, self.port, networks=self.allowed, limit=limit)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"{self.host} took too long to connect") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error
