"""Checks of what people say about services, versions and meshes. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from governance.names import check_key
from governance.network import Networks
from governance.refusals import Invalid

# What Kubernetes takes as a label's key (with an optional prefix) and value.
_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_DNS = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*")
LONGEST_HOST = 253


def check_labels(labels: object) -> dict[str, str]:
    """Labels as Kubernetes takes them, or Invalid naming `labels`."""
    if not isinstance(labels, Mapping):
        raise Invalid(labels="Labels are an object of texts.")
    for key, value in labels.items():
        if not _is_label_key(key):
            raise Invalid(labels=f"Kubernetes would refuse {key!r} as the key of a label.")
        if not isinstance(value, str) or (value and not _NAME.fullmatch(value)):
            raise Invalid(labels=f"Kubernetes would refuse {value!r} as the value of {key!r}.")
    return dict(labels)


def _is_label_key(key: object) -> bool:
    if not isinstance(key, str):
        return False
    prefix, slash, name = key.rpartition("/")
    return bool(_NAME.fullmatch(name)) and (not slash or is_host(prefix))


def check_endpoints(endpoints: object, networks: Networks) -> list[str]:
    """A list of `host:port` that may be called, or Invalid naming `endpoints`."""
    if isinstance(endpoints, str) or not isinstance(endpoints, Sequence):
        raise Invalid(endpoints="Endpoints are a list of host:port.")
    for endpoint in endpoints:
        if not _is_endpoint(endpoint):
            raise Invalid(endpoints=f"{endpoint!r} is not host:port.")
        host, _, port = str(endpoint).rpartition(":")
        if not networks.permit_host(host, int(port)):
            raise Invalid(
                endpoints="The operator does not let ToggleMesh call this address; "
                "TOGGLEMESH_ALLOWED_NETWORKS lists private networks that it may call."
            )
    return [str(endpoint) for endpoint in endpoints]


def _is_endpoint(endpoint: object) -> bool:
    if not isinstance(endpoint, str):
        return False
    host, colon, port = endpoint.rpartition(":")
    return (
        bool(colon) and is_host(host) and port.isascii() and port.isdecimal() and is_port(int(port))
    )


def is_host(text: str) -> bool:
    """True for a DNS name or an IPv4 address."""
    return len(text) <= LONGEST_HOST and _DNS.fullmatch(text) is not None


def is_port(number: object) -> bool:
    """True for a whole number from 1 to 65535."""
    return isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= 65535


def check_host(host: object) -> str:
    """A DNS name, or Invalid naming `host`."""
    if isinstance(host, str) and is_host(host):
        return host
    raise Invalid(host=f"{host!r} is no host: Kubernetes takes lower-case DNS names.")


def check_port(port: object) -> int:
    """A port, or Invalid naming `port`."""
    if is_port(port) and isinstance(port, int):
        return port
    raise Invalid(port=f"{port!r} is no port: it is a whole number from 1 to 65535.")


def check_namespace(namespace: object) -> str:
    """A namespace of Kubernetes, or Invalid naming `namespace`."""
    return check_key(namespace, "namespace")


def check_position(position: object) -> int:
    """A place in the order of participants, or Invalid naming `position`."""
    if isinstance(position, int) and not isinstance(position, bool) and 0 <= position <= 32767:
        return position
    raise Invalid(position=f"{position!r} is no position: it is a whole number from 0 to 32767.")
