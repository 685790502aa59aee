"""What the router must know of a mesh, checked.

A cluster is one that the operator lists, by name, or an address with a CA and a token. No file,
program or proxy comes from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from governance.refusals import Invalid
from routing.allowed import Allowed
from routing.cluster.connection import Access, GivenCluster, check_authority, find_cluster
from routing.cluster.errors import CannotConnect

KNOWN = ("cluster", "server", "ca", "token", "sidecars")
FILES = ("kubeconfig", "context")
LONGEST = 100_000  # characters of a CA or a token


@dataclass(frozen=True, slots=True)
class IstioSettings:
    """`sidecars`: base addresses of Envoys' admin interfaces that may be asked whether routes are
    in place and how traffic flows."""

    access: Access
    sidecars: tuple[str, ...]


def read_settings(settings: Mapping[str, Any], allowed: Allowed) -> IstioSettings:
    """Raises Invalid naming `settings.<key>`."""
    _check_names(settings)
    try:
        access = _access(settings, allowed)
    except CannotConnect as reason:
        raise _invalid(reason.setting, str(reason)) from None
    return IstioSettings(access, _sidecars(settings.get("sidecars", []), allowed))


def _check_names(settings: Mapping[str, Any]) -> None:
    for key in settings:
        if key in FILES:
            raise _invalid(
                key,
                "a mesh names no file: name a cluster that the operator lists in "
                "TOGGLEMESH_CLUSTERS (cluster), or give server, ca and token.",
            )
        if key not in KNOWN:
            raise _invalid(key, f"the Istio router knows only {', '.join(KNOWN)}.")


def _access(settings: Mapping[str, Any], allowed: Allowed) -> Access:
    if "cluster" not in settings and "server" not in settings:
        raise _invalid("cluster", "name a cluster of the operator's, or give server, ca and token.")
    if "cluster" not in settings:
        return _given(settings, allowed)
    for key in ("server", "ca", "token"):
        if key in settings:
            raise _invalid(key, "a cluster of the operator's brings its own: leave this out.")
    return find_cluster(_text(settings, "cluster"), allowed)


def _given(settings: Mapping[str, Any], allowed: Allowed) -> GivenCluster:
    server, token = _text(settings, "server"), _text(settings, "token")
    ca = _text(settings, "ca") if "ca" in settings else None
    if not _is_address(server, ("https",)):
        raise _invalid("server", "this must be an address such as https://host:6443.")
    _check_permitted("server", server, allowed)
    if ca is not None:
        check_authority(ca)
    if not token.isascii() or not token.isprintable() or " " in token:
        raise _invalid("token", "this must be a bearer token, without spaces.")
    return GivenCluster(server.rstrip("/"), token, ca, allowed.networks)


def _text(settings: Mapping[str, Any], key: str) -> str:
    value = settings.get(key)
    if isinstance(value, str) and value and len(value) <= LONGEST:
        return value
    raise _invalid(key, "this must be a text that is not empty.")


def _sidecars(value: object, allowed: Allowed) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise _invalid("sidecars", "this must be a list of addresses such as http://host:15000.")
    for address in value:
        if not isinstance(address, str) or not _is_address(address, ("http", "https")):
            raise _invalid("sidecars", f"{address!r} is no address such as http://host:15000.")
        _check_permitted("sidecars", address, allowed)
    return tuple(address.rstrip("/") for address in value)


def _is_address(text: str, schemes: tuple[str, ...]) -> bool:
    """A scheme, a host and perhaps a port and a path; no user, query or fragment."""
    try:
        parts = urlsplit(text)
        plain = not (parts.username or parts.password or parts.query or parts.fragment)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        return plain and usable and text.isprintable() and " " not in text and "\\" not in text
    except ValueError:
        return False


def _check_permitted(key: str, address: str, allowed: Allowed) -> None:
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if not allowed.networks.permit_host(parts.hostname or "", port):
        raise _invalid(
            key,
            "the operator does not let ToggleMesh call this address; "
            "TOGGLEMESH_ALLOWED_NETWORKS lists private networks that it may call.",
        )


def _invalid(key: str, text: str) -> Invalid:
    return Invalid(**{f"settings.{key}": text})
