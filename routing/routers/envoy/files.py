"""The files that the Envoys of one service watch. A file changes whole or not at all.

Envoy watches for files that are moved to their name, so every change is written beside and renamed.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from routing.routers.base import RouterUnavailable
from routing.routers.envoy.resources import Resource


@dataclass(frozen=True, slots=True)
class ServiceFiles:
    """`<directory>/<service>/` with `cds.json` and `rds.json`."""

    folder: Path

    @property
    def clusters(self) -> Path:
        return self.folder / "cds.json"

    @property
    def routes(self) -> Path:
        return self.folder / "rds.json"

    def remove(self) -> None:
        for file in (self.routes, self.clusters):
            with _as_unavailable(file):
                file.unlink(missing_ok=True)


def replace(file: Path, text: str) -> bool:
    """Write the file, unless it has this text already. Raises RouterUnavailable."""
    with _as_unavailable(file):
        if file.exists() and file.read_text() == text:
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.parent / f".{file.name}.{os.getpid()}"
        draft.write_text(text)
        draft.rename(file)
    return True


def resources_in(file: Path) -> list[Resource]:
    """What was written last; nothing when there is no file, or none of ours."""
    with contextlib.suppress(FileNotFoundError, ValueError, KeyError), _as_unavailable(file):
        found: list[dict[str, Any]] = json.loads(file.read_text())["resources"]
        return found
    return []


class _as_unavailable(contextlib.AbstractContextManager["_as_unavailable"]):  # noqa: N801
    """A file that cannot be read or written is a mesh that cannot be reached."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
            raise RouterUnavailable(f"{self.file}: {error.strerror}") from error
