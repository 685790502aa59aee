"""The last known good state on disk: what a process serves that finds no server at its start.

The file holds documents and the digests of keys, so only its owner may read it. It is replaced in
one step, and checked when it is read.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from togglemesh.engine import InvalidDocument
from toggles.evaluator.environments import Environments, HeldEnvironment
from toggles.evaluator.keys import Keys, Row

log = logging.getLogger("evaluator")

PAUSE = 2.0  # seconds between two looks whether there is something new to save
FORMAT = 1


class Kept(msgspec.Struct):
    """The file's content. `environments` are pairs of snapshot and mark."""

    format: int
    keys: list[Row]
    environments: dict[str, tuple[dict[str, Any], str]]


class LastKnown:
    """Without a file it does nothing."""

    def __init__(self, file: Path | None, environments: Environments, keys: Keys) -> None:
        self.file, self.environments, self.keys = file, environments, keys
        self._saved: object = None

    def load(self) -> None:
        """Hold what the file has. A torn or foreign file is set aside, and nothing is held."""
        if self.file is None or not self.file.exists():
            return
        try:
            kept = _decode(self.file.read_bytes())
            held = {k: HeldEnvironment(*pair) for k, pair in kept.environments.items()}
        except (OSError, ValueError, InvalidDocument) as problem:
            log.warning("evaluator.last_known_unusable file=%s %s", self.file, problem)
            with contextlib.suppress(OSError):
                self.file.replace(self.file.with_name(self.file.name + ".broken"))
            return
        self.keys.replace(kept.keys)
        self.environments.update(held)
        log.warning("evaluator.last_known_loaded %s", self.environments.numbers())

    async def keep_saving(self) -> None:
        """For ever; a burst of changes is written once."""
        while self.file is not None:
            await asyncio.sleep(PAUSE)
            state = (self.environments.positions(), self.keys.rows())
            if self.environments and state != self._saved:
                try:
                    await asyncio.to_thread(write_file, self.file, self.encode())
                    self._saved = state
                except OSError as problem:
                    log.warning("evaluator.last_known_not_saved file=%s %s", self.file, problem)

    def encode(self) -> bytes:
        """The file's content: its digest, then JSON."""
        environments = {
            key: (held.engine.snapshot(), held.mark) for key, held in self.environments.items()
        }
        body = msgspec.json.encode(Kept(FORMAT, self.keys.rows(), environments))
        return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _decode(content: bytes) -> Kept:
    digest, _, body = content.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise ValueError("it is torn, or not ours")
    kept = msgspec.json.decode(body, type=Kept)
    if kept.format != FORMAT:
        raise ValueError(f"it is of format {kept.format}")
    return kept


def write_file(file: Path, content: bytes) -> None:
    """In one step: a reader sees the former content or this one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "wb") as out:  # mkstemp's files are their owner's alone
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
