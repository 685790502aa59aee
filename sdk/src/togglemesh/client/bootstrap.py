"""What a client begins with, before it has heard of the server."""

import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from togglemesh.client.cache import SnapshotFile
from togglemesh.engine import Engine, InvalidDocument

log = logging.getLogger(__name__)

Bootstrap = Mapping[str, Any] | str | os.PathLike[str]


def first_engine(file: SnapshotFile | None, bootstrap: Bootstrap | None) -> Engine | None:
    """The engine of the file on disk, else of `bootstrap`; None without. Never raises."""
    engine = file.read() if file is not None else None
    if engine is None and bootstrap is not None:
        engine = _engine_of(bootstrap)
    return engine


def _engine_of(bootstrap: Bootstrap) -> Engine | None:
    try:
        return Engine.from_snapshot(_snapshot_of(bootstrap))
    except InvalidDocument as problem:
        _refuse(f"field={problem.field} problem={problem.problem}")
    except (OSError, ValueError, RecursionError) as problem:
        _refuse(f"problem={problem}")
    return None


def _snapshot_of(bootstrap: Bootstrap) -> Mapping[str, Any]:
    if isinstance(bootstrap, Mapping):
        return bootstrap
    content: Mapping[str, Any] = json.loads(Path(bootstrap).read_bytes())
    return content


def _refuse(why: str) -> None:
    log.warning("client.bootstrap_refused %s", why)
