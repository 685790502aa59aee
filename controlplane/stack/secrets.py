"""Generated secrets: one file each with mode 0600, in the data folder's `secrets/`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def read_secret(folder: Path, name: str) -> str | None:
    """The secret, or None when there is none yet."""
    try:
        return (folder / name).read_text().strip() or None
    except FileNotFoundError:
        return None


def write_secret(folder: Path, name: str, value: str) -> None:
    """Write it whole or not at all, for nobody but us."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{name}.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(value + "\n")
    draft.rename(folder / name)


def ensure_secret(folder: Path, name: str, length: int = 32) -> str:
    """Read the secret, or make a random one of `length` bytes."""
    value = read_secret(folder, name)
    if value is None:
        value = secrets.token_hex(length)
        write_secret(folder, name, value)
    return value
