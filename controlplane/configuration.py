"""Every setting that comes from the environment: name, meaning, unit, default.

A bad value or a missing secret stops start-up with one sentence that names the variable.
`controlplane.settings` turns this into Django's settings; nothing else reads `os.environ`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from accounts.addresses import Network, read_networks


class BadConfiguration(Exception):
    """A setting is missing or cannot be used; the text names the variable and the remedy."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """All values, checked. Ports are TCP ports on `host`.

    `evaluation_workers` processes serve SDKs on one port; `evaluation_rate` is how many requests
    per second each of them takes with one API key (0: any number); `evaluation_file` is where
    the last known good state is kept. `trusted_proxies` are those whose X-Forwarded-For counts.
    """

    home: Path
    secret_key: str
    database_url: str
    redis_url: str
    public_url: str
    host: str
    port: int
    evaluation_port: int
    evaluation_workers: int
    evaluation_rate: int
    evaluation_file: Path | None
    shop_port: int
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[Network, ...]
    debug: bool
    demo: bool

    @property
    def https(self) -> bool:
        """True when people reach the pages over https: cookies are then marked secure."""
        return self.public_url.startswith("https://")


def read_configuration(environ: Mapping[str, str] | None = None) -> Configuration:
    """Read and check the environment. Raises BadConfiguration."""
    env = os.environ if environ is None else environ
    port = _port(env, "TOGGLEMESH_PORT", 8000)
    public_url = env.get("TOGGLEMESH_PUBLIC_URL") or f"http://127.0.0.1:{port}"
    return Configuration(
        home=Path(env.get("TOGGLEMESH_HOME") or ".togglemesh").absolute(),
        secret_key=_secret(env, "TOGGLEMESH_SECRET_KEY"),
        database_url=_url(env, "DATABASE_URL", ("postgresql", "postgres")),
        redis_url=_url(env, "REDIS_URL", ("redis", "rediss", "unix")),
        public_url=_checked_url("TOGGLEMESH_PUBLIC_URL", public_url, ("http", "https")),
        host=env.get("TOGGLEMESH_HOST") or "127.0.0.1",
        port=port,
        evaluation_port=_port(env, "TOGGLEMESH_EVALUATION_PORT", 8010),
        evaluation_workers=_number(env, "TOGGLEMESH_EVALUATION_WORKERS", 1, least=1),
        evaluation_rate=_number(env, "TOGGLEMESH_EVALUATION_RATE", 20_000, least=0),
        evaluation_file=_path(env, "TOGGLEMESH_EVALUATION_FILE"),
        shop_port=_port(env, "TOGGLEMESH_SHOP_PORT", 8080),
        allowed_hosts=_hosts(env, public_url),
        trusted_proxies=_networks(env, "TOGGLEMESH_TRUSTED_PROXIES"),
        debug=_flag(env, "TOGGLEMESH_DEBUG"),
        demo=_flag(env, "TOGGLEMESH_DEMO"),
    )


def _hosts(env: Mapping[str, str], public_url: str) -> tuple[str, ...]:
    named = [h.strip() for h in env.get("TOGGLEMESH_ALLOWED_HOSTS", "").split(",") if h.strip()]
    return tuple(
        dict.fromkeys([*named, urlsplit(public_url).hostname or "", "127.0.0.1", "localhost"])
    )


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


def _networks(env: Mapping[str, str], name: str) -> tuple[Network, ...]:
    try:
        return read_networks(env.get(name, ""))
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
