"""The settings of a mesh of standalone Envoys, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from governance.refusals import Invalid
from routing.allowed import Allowed

# Each one sentence, whether the folder exists and the address answers or not.
FOLDER_NOT_ALLOWED = (
    "Envoys may not watch this folder: the operator lists folders in TOGGLEMESH_ENVOY_FOLDERS."
)
ADDRESS_NOT_ALLOWED = (
    "The operator does not let ToggleMesh call this address; TOGGLEMESH_ALLOWED_NETWORKS lists "
    "private networks that it may call."
)


@dataclass(frozen=True, slots=True)
class EnvoySettings:
    """`directory` holds a folder per service; `admins` are the admin addresses of its proxies."""

    directory: Path
    admins: Mapping[str, tuple[str, ...]]

    def admins_of(self, service: str) -> tuple[str, ...]:
        return self.admins.get(service, ())


def read_settings(settings: Mapping[str, Any], allowed: Allowed) -> EnvoySettings:
    """`{"directory": "/…", "admins": {"web": "http://127.0.0.1:9901" or a list of them}}`."""
    known = {"directory", "admins"}
    for name in settings:
        if name not in known:
            raise Invalid(**{f"settings.{name}": "The envoy router has no such setting."})
    directory, admins = _directory(settings.get("directory")), _admins(settings.get("admins", {}))
    if not allowed.permit_folder(directory):
        raise Invalid(**{"settings.directory": FOLDER_NOT_ALLOWED})
    for address in (each for group in admins.values() for each in group):
        parts = urlsplit(address)
        if not allowed.networks.permit_host(parts.hostname or "", parts.port or 0):
            raise Invalid(**{"settings.admins": ADDRESS_NOT_ALLOWED})
    return EnvoySettings(directory, admins)


def _directory(value: object) -> Path:
    if not isinstance(value, str) or not Path(value).is_absolute():
        raise Invalid(
            **{"settings.directory": "Name the folder, as an absolute path, that the Envoys watch."}
        )
    return Path(value)


def _admins(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise Invalid(**{"settings.admins": "Map each service to the admin address of its Envoy."})
    return {str(service): _addresses(service, given) for service, given in value.items()}


def _addresses(service: object, given: object) -> tuple[str, ...]:
    addresses = [given] if isinstance(given, str) else given
    if not isinstance(addresses, list) or not all(_is_address(each) for each in addresses):
        raise Invalid(
            **{"settings.admins": f"The admin address of {service} is http://HOST:PORT, or a list."}
        )
    return tuple(addresses)


def _is_address(text: object) -> bool:
    try:
        parts = urlsplit(text) if isinstance(text, str) else None
        return parts is not None and parts.scheme == "http" and bool(parts.hostname and parts.port)
    except ValueError:
        return False
