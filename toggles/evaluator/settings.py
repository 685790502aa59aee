"""What the evaluator takes from the project's settings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from accounts.addresses import Network


@dataclass(frozen=True, slots=True)
class Settings:
    """`rate` is in requests per second and key (0: any), `file` None keeps nothing on disk."""

    valkey_url: str
    secret: bytes
    rate: float
    file: Path | None
    trusted_proxies: tuple[Network, ...] = ()


def read_settings() -> Settings:
    """After django.setup()."""
    configuration = settings.CONFIGURATION
    return Settings(
        valkey_url=settings.REDIS_URL,
        secret=hashlib.sha256(b"evaluator " + settings.SECRET_KEY.encode()).digest(),
        rate=configuration.evaluation_rate,
        file=configuration.evaluation_file,
        trusted_proxies=configuration.trusted_proxies,
    )
