"""The proxy on the way to a server, as the environment names it: HTTPS_PROXY, HTTP_PROXY,
ALL_PROXY and NO_PROXY, or in lower case, which goes first.
"""

import os
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, unquote, urlsplit

PORTS = {"http": 80, "https": 443}


class UnusableProxy(OSError):
    """The environment names a proxy that cannot be used. The sentence has no password in it."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """`headers` are for the proxy alone."""

    host: str
    port: int
    headers: Mapping[str, str]


def proxy_for(url: SplitResult) -> Proxy | None:
    """None where the server is reached directly. Raises UnusableProxy."""
    name, address = _named(url.scheme)
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    if not address or _is_loopback(host) or _is_exempt(host, port, _setting("no_proxy")[1]):
        return None
    return _parse(name, address)


def _named(scheme: str) -> tuple[str, str]:
    if scheme == "http" and "REQUEST_METHOD" in os.environ:
        # Under CGI HTTP_PROXY is a header `Proxy` of whoever asks.
        return "http_proxy", os.environ.get("http_proxy", "").strip()
    named = _setting(f"{scheme}_proxy")
    return named if named[1] else _setting("all_proxy")


def _setting(name: str) -> tuple[str, str]:
    """The variable that is set, and its value."""
    lower = os.environ.get(name)
    if lower is not None:
        return name, lower.strip()
    return name.upper(), os.environ.get(name.upper(), "").strip()


def _parse(name: str, address: str) -> Proxy:
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme != "http":
        raise UnusableProxy(
            f"{name}: must be like http://host:port or http://user:password@host:port"
        )
    return Proxy(host, port, _authorization(parts))


def _authorization(parts: SplitResult) -> dict[str, str]:
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(pair.encode()).decode('ascii')}"}


def _is_loopback(host: str) -> bool:
    """No proxy can reach this machine's own loopback: what it would reach is its own."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_exempt(host: str, port: int, listed: str) -> bool:
    return any(_covers(entry, host, port) for entry in listed.replace(",", " ").split())


def _covers(entry: str, host: str, port: int) -> bool:
    """Entries are `*`, names (with all below them), addresses and networks; a port may follow."""
    if entry == "*" or _is_in_network(entry, host):
        return True
    name, of_port = _split_port(entry.lower())
    if of_port and of_port != str(port):
        return False
    name = name.removeprefix("*").strip(".")
    return bool(name) and (host.strip(".") == name or host.strip(".").endswith(f".{name}"))


def _split_port(entry: str) -> tuple[str, str]:
    if entry.startswith("["):
        address, _, rest = entry[1:].partition("]")
        return address, rest.removeprefix(":")
    name, _, port = entry.rpartition(":")
    return (name, port) if name and ":" not in name and port.isdigit() else (entry, "")


def _is_in_network(entry: str, host: str) -> bool:
    try:
        return ip_address(host) in ip_network(entry, strict=False)
    except ValueError:
        return False
