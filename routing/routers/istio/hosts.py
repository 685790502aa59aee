"""How Istio reads the name of a service: short names belong to the namespace they stand in."""

from __future__ import annotations

DOMAIN = "svc.cluster.local"


def full_host(host: str, namespace: str) -> str:
    """`cart`, `cart.shop` stay apart: only a name without dots is a short name to Istio."""
    return host if "." in host else f"{host}.{namespace}.{DOMAIN}"


def service_of(host: str, namespace: str) -> str | None:
    """The Kubernetes Service of this namespace that the host names; None for any other host."""
    name, _, rest = full_host(host, namespace).partition(".")
    return name if rest == f"{namespace}.{DOMAIN}" else None
