"""The last known good snapshot on disk: what a start without the control plane decides from."""

import json
import logging
import os
import tempfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from threading import Lock, Timer
from typing import Any

from togglemesh.engine import Engine

log = logging.getLogger(__name__)

Take = Callable[[], Mapping[str, Any]]


def cache_path(directory: str | os.PathLike[str], url: str, key: str) -> Path:
    """One file for each server and key, as each key belongs to one environment."""
    digest = sha256(f"{url}\n{key}".encode()).hexdigest()[:16]
    return Path(directory) / f"togglemesh-{digest}.json"


class SnapshotFile:
    """Never raises: a full or unwritable disk costs the cache, not the service."""

    def __init__(self, path: Path, delay: float = 1.0) -> None:
        self.path, self._delay = path, delay
        self._lock = Lock()
        self._writing = Lock()
        self._timer: Timer | None = None
        self._take: Take | None = None

    def again(self) -> "SnapshotFile":
        """A copy with locks of its own, for a forked child."""
        return SnapshotFile(self.path, self._delay)

    def read(self) -> Engine | None:
        """The engine of the file; None without one. A broken file is set aside as *.broken."""
        try:
            return Engine.from_snapshot(json.loads(self.path.read_bytes()))
        except FileNotFoundError:
            return None
        except OSError as problem:
            log.warning("cache.unreadable path=%s problem=%s", self.path, problem)
        except (ValueError, RecursionError) as problem:  # torn JSON, or not a snapshot of ours
            self._set_aside(problem)
        return None

    def save_soon(self, take: Take) -> None:
        """Writes what `take` gives then, once for all changes that come within the delay."""
        with self._lock:
            self._take = take
            if self._timer is None:
                self._timer = Timer(self._delay, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Writes now what is waiting to be written."""
        # The second lock keeps an older snapshot from overtaking a newer one.
        with self._writing:
            with self._lock:
                take, self._take = self._take, None
                timer, self._timer = self._timer, None
            if timer is not None:
                timer.cancel()
            if take is not None:
                self._write(take())

    def _write(self, snapshot: Mapping[str, Any]) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _replace(self.path, json.dumps(snapshot).encode())
        except (OSError, ValueError, TypeError) as problem:
            log.warning("cache.unwritable path=%s problem=%s", self.path, problem)

    def _set_aside(self, problem: Exception) -> None:
        aside = self.path.with_suffix(".broken")
        log.warning("cache.broken path=%s aside=%s problem=%s", self.path, aside, problem)
        try:
            self.path.replace(aside)
        except OSError as denied:
            log.warning("cache.unmovable path=%s problem=%s", self.path, denied)


def _replace(path: Path, content: bytes) -> None:
    """Atomic: a reader, and a start after a power cut, sees the old file or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
