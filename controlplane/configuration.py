"""Every setting that comes from the environment: name, meaning, unit, default.

A bad value or a missing secret stops start-up with one sentence that names the variable.
`controlplane.settings` turns this into Django's settings; nothing else reads `os.environ`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from accounts.addresses import Network
from accounts.addresses import read_networks as read_proxies
from governance.network import Networks, read_networks
from routing.allowed import NamedCluster, read_clusters


class BadConfiguration(Exception):
    """A setting is missing or cannot be used; the text names the variable and the remedy."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each kind of record is kept; docs/operating.md says what is never removed."""

    changes: timedelta
    events: timedelta
    audit: timedelta
    samples: timedelta
    usage: timedelta
    outcomes: timedelta


@dataclass(frozen=True, slots=True)
class Configuration:
    """All values, checked. Ports are TCP ports on `host`.

    `evaluation_workers` processes serve SDKs on one port; `evaluation_rate` is how many requests
    per second each of them takes with one API key (0: any number); `evaluation_file` is where
    the last known good state is kept. `clusters`, `envoy_folders` and `allowed_networks` are all
    that meshes may use of files, programs and private addresses. `audit_anchor` is a file for the
    audit chain's head, and `audit_archive` a folder for old entries, which stay in the table
    without one. `trusted_proxies` are those whose X-Forwarded-For counts.
    """

    home: Path
    secret_key: str
    former_secret_keys: tuple[str, ...]
    database_url: str
    redis_url: str
    public_url: str
    host: str
    port: int
    evaluation_port: int
    evaluation_workers: int
    evaluation_rate: int
    evaluation_file: Path | None
    connections_per_address: int
    streams_per_key: int
    streams_per_address: int
    shop_port: int
    allowed_hosts: tuple[str, ...]
    clusters: Mapping[str, NamedCluster]
    envoy_folders: tuple[Path, ...]
    allowed_networks: Networks
    trusted_proxies: tuple[Network, ...]
    debug: bool
    demo: bool
    retention: Retention
    audit_anchor: Path | None
    audit_archive: Path | None

    @property
    def https(self) -> bool:
        """True when people reach the pages over https: cookies are then marked secure."""
        return self.public_url.startswith("https://")


def read_configuration(environ: Mapping[str, str] | None = None) -> Configuration:
    """Read and check the environment. Raises BadConfiguration."""
    env = os.environ if environ is None else environ
    port = _port(env, "TOGGLEMESH_PORT", 8000)
    public_url = _origin(env, "TOGGLEMESH_PUBLIC_URL", f"http://127.0.0.1:{port}")
    return Configuration(
        home=Path(env.get("TOGGLEMESH_HOME") or ".togglemesh").absolute(),
        secret_key=_secret(env, "TOGGLEMESH_SECRET_KEY"),
        former_secret_keys=tuple(_words(env, "TOGGLEMESH_SECRET_KEY_FALLBACKS")),
        database_url=_url(env, "DATABASE_URL", ("postgresql", "postgres")),
        redis_url=_url(env, "REDIS_URL", ("redis", "rediss", "unix")),
        public_url=public_url,
        host=env.get("TOGGLEMESH_HOST") or "127.0.0.1",
        port=port,
        evaluation_port=_port(env, "TOGGLEMESH_EVALUATION_PORT", 8010),
        evaluation_workers=_number(env, "TOGGLEMESH_EVALUATION_WORKERS", 1, least=1),
        evaluation_rate=_number(env, "TOGGLEMESH_EVALUATION_RATE", 20_000, least=0),
        evaluation_file=_path(env, "TOGGLEMESH_EVALUATION_FILE"),
        connections_per_address=_number(env, "TOGGLEMESH_CONNECTIONS_PER_ADDRESS", 4_000, least=1),
        streams_per_key=_number(env, "TOGGLEMESH_STREAMS_PER_KEY", 5_000, least=1),
        streams_per_address=_number(env, "TOGGLEMESH_STREAMS_PER_ADDRESS", 2_500, least=1),
        shop_port=_port(env, "TOGGLEMESH_SHOP_PORT", 8080),
        allowed_hosts=_hosts(env, public_url),
        clusters=_clusters(env, "TOGGLEMESH_CLUSTERS"),
        envoy_folders=tuple(_folders(env, "TOGGLEMESH_ENVOY_FOLDERS")),
        allowed_networks=_networks(env, "TOGGLEMESH_ALLOWED_NETWORKS"),
        trusted_proxies=_proxies(env, "TOGGLEMESH_TRUSTED_PROXIES"),
        debug=_flag(env, "TOGGLEMESH_DEBUG"),
        demo=_flag(env, "TOGGLEMESH_DEMO"),
        retention=_retention(env),
        audit_anchor=_path(env, "TOGGLEMESH_AUDIT_ANCHOR"),
        audit_archive=_path(env, "TOGGLEMESH_AUDIT_ARCHIVE"),
    )


def _retention(env: Mapping[str, str]) -> Retention:
    def number(name: str, default: int, least: int = 1) -> int:
        return _number(env, name, default, least=least)

    return Retention(
        changes=timedelta(days=number("TOGGLEMESH_KEEP_CHANGES", 7)),
        events=timedelta(days=number("TOGGLEMESH_KEEP_EVENTS", 30)),
        audit=timedelta(days=number("TOGGLEMESH_KEEP_AUDIT", 365)),
        samples=timedelta(minutes=number("TOGGLEMESH_KEEP_SAMPLES", 15, least=15)),
        usage=timedelta(days=number("TOGGLEMESH_KEEP_USAGE", 35)),
        outcomes=timedelta(hours=number("TOGGLEMESH_KEEP_OUTCOMES", 48)),
    )


def _hosts(env: Mapping[str, str], public_url: str) -> tuple[str, ...]:
    named = _words(env, "TOGGLEMESH_ALLOWED_HOSTS")
    hosts = [_host(text) for text in [*named, public_url]]
    return tuple(dict.fromkeys([*filter(None, hosts), "127.0.0.1", "localhost"]))


def _host(text: str) -> str:
    """The host alone, also of an address with scheme, port or path."""
    netloc = re.sub(r"^[a-z]+://", "", text.strip().lower()).partition("/")[0]
    return re.sub(r"(?<=[^:]):\d+$", "", netloc)


def _words(env: Mapping[str, str], name: str) -> list[str]:
    return [word.strip() for word in env.get(name, "").split(",") if word.strip()]


def _clusters(env: Mapping[str, str], name: str) -> dict[str, NamedCluster]:
    file = _path(env, name)
    if file is None:
        return {}
    try:
        return read_clusters(yaml.safe_load(file.read_text()))
    except (OSError, ValueError, yaml.YAMLError) as reason:
        raise BadConfiguration(f"{name} names {file}, which cannot be used: {reason}.") from None


def _folders(env: Mapping[str, str], name: str) -> list[Path]:
    folders = [Path(word) for word in _words(env, name)]
    for folder in folders:
        if not folder.is_absolute():
            raise BadConfiguration(f"{name} must list absolute paths, got {str(folder)!r}.")
    return folders


def _networks(env: Mapping[str, str], name: str) -> Networks:
    try:
        return read_networks(_words(env, name))
    except ValueError as reason:
        raise BadConfiguration(
            f"{name} must list networks such as 10.0.0.0/8 or 127.0.0.1 port 9901: {reason}."
        ) from None


def _secret(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    if len(value) < 32:
        raise BadConfiguration(
            f"{name} must be set to a random text of at least 32 characters; "
            "`manage.py up` makes one by itself."
        )
    return value


def _url(env: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    value = env.get(name, "")
    if not value:
        raise BadConfiguration(f"{name} must be set ({schemes[0]}://…); `manage.py up` sets it.")
    return _checked_url(name, value, schemes)


def _checked_url(name: str, value: str, schemes: tuple[str, ...]) -> str:
    # The value itself may hold a password, so it is not repeated.
    if urlsplit(value).scheme not in schemes:
        raise BadConfiguration(f"{name} must start with {schemes[0]}://.")
    return value


def _origin(env: Mapping[str, str], name: str, default: str) -> str:
    """Scheme, host and port as browsers send them in `Origin`: lower case, no default port.

    A path is left away, as it is no part of an origin.
    """
    value = _checked_url(name, (env.get(name) or default).strip(), ("http", "https"))
    try:
        parts = urlsplit(value)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError:
        host, port = "", None
    if not host or "@" in parts.netloc:
        raise BadConfiguration(f"{name} must be an address such as https://togglemesh.example.")
    shown = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, usual) else "")


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise BadConfiguration(f"{name} must be a port from 1 to 65535, got {text!r}.")
    return int(text)


def _number(env: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or not least <= int(text) <= 1_000_000:
        raise BadConfiguration(f"{name} must be from {least} to 1000000, got {text!r}.")
    return int(text)


def _proxies(env: Mapping[str, str], name: str) -> tuple[Network, ...]:
    try:
        return read_proxies(env.get(name, ""))
    except ValueError as problem:
        raise BadConfiguration(
            f"{name} must be networks separated by commas, like 10.0.0.0/8,192.0.2.1: {problem}."
        ) from None


def _path(env: Mapping[str, str], name: str) -> Path | None:
    text = env.get(name)
    return Path(text).absolute() if text else None


def _flag(env: Mapping[str, str], name: str) -> bool:
    text = (env.get(name) or "0").lower()
    if text not in ("0", "1", "true", "false", "no", "yes"):
        raise BadConfiguration(f"{name} must be 0 or 1, got {text!r}.")
    return text in ("1", "true", "yes")
