"""What the router must know of a mesh, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from governance.refusals import Invalid

KNOWN = ("kubeconfig", "context", "sidecars")


@dataclass(frozen=True, slots=True)
class IstioSettings:
    """`kubeconfig` None: the pod's own account. `sidecars`: base addresses of Envoys' admin
    interfaces that may be asked whether routes are in place and how traffic flows."""

    kubeconfig: str | None
    context: str | None
    sidecars: tuple[str, ...]


def read_settings(settings: Mapping[str, Any]) -> IstioSettings:
    """Raises Invalid naming `settings.<key>`."""
    for key in settings:
        if key not in KNOWN:
            raise _invalid(key, f"the Istio router knows only {', '.join(KNOWN)}.")
    return IstioSettings(
        kubeconfig=_text(settings, "kubeconfig"),
        context=_text(settings, "context"),
        sidecars=_addresses(settings.get("sidecars", [])),
    )


def _text(settings: Mapping[str, Any], key: str) -> str | None:
    value = settings.get(key)
    if value is None or (isinstance(value, str) and value):
        return value
    raise _invalid(key, "this must be a text that is not empty.")


def _addresses(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise _invalid("sidecars", "this must be a list of addresses such as http://host:15000.")
    for address in value:
        if not isinstance(address, str) or not _is_address(address):
            raise _invalid("sidecars", f"{address!r} is no address such as http://host:15000.")
    return tuple(address.rstrip("/") for address in value)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _invalid(key: str, text: str) -> Invalid:
    return Invalid(**{f"settings.{key}": text})
