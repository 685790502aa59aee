"""What the evaluator takes from the project's settings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from accounts.addresses import Network


@dataclass(frozen=True, slots=True)
class Settings:
    """`rate` is in requests per second and key (0: any), `file` None keeps nothing on disk. With
    `connections_per_address` 0 nobody watches over connections."""

    valkey_url: str
    secret: bytes
    rate: float
    file: Path | None
    connections_per_address: int = 0
    streams_per_key: int = 1_000_000
    streams_per_address: int = 1_000_000
    trusted_proxies: tuple[Network, ...] = ()


def read_settings() -> Settings:
    """After django.setup()."""
    configuration = settings.CONFIGURATION
    return Settings(
        valkey_url=settings.REDIS_URL,
        secret=hashlib.sha256(b"evaluator " + settings.SECRET_KEY.encode()).digest(),
        rate=configuration.evaluation_rate,
        file=configuration.evaluation_file,
        connections_per_address=configuration.connections_per_address,
        streams_per_key=configuration.streams_per_key,
        streams_per_address=configuration.streams_per_address,
        trusted_proxies=configuration.trusted_proxies,
    )
