"""Lets a command join the stack that runs in the data folder, without naming its addresses."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path

from controlplane.configuration import BadConfiguration
from controlplane.stack.freeports import KeptPorts, is_free
from controlplane.stack.secrets import read_secret
from controlplane.stack.site import ALLOWANCES, anchor_of, postgres_of, valkey_of


def environ_to_join(environ: Mapping[str, str]) -> dict[str, str]:
    """What to add to the environment; nothing when servers are named.

    Raises BadConfiguration when no stack runs in the data folder.
    """
    home = Path(environ.get("TOGGLEMESH_HOME") or ".togglemesh").absolute()
    if environ.get("DATABASE_URL") or environ.get("REDIS_URL"):
        return {}
    if not _was_here(home):
        raise BadConfiguration(
            f"No stack runs in {home}: set TOGGLEMESH_HOME to the data folder of the running "
            "`manage.py up`, or DATABASE_URL, REDIS_URL and TOGGLEMESH_SECRET_KEY to those of a "
            "control plane of your own."
        )
    ports = KeptPorts(home / "ports.json")
    if is_free(ports.known("postgres")) or is_free(ports.known("valkey")):
        raise BadConfiguration(
            f"The stack in {home} is not running: start it with `make run`, or set DATABASE_URL "
            "and REDIS_URL to servers of your own."
        )
    secrets = home / "secrets"
    return {
        **{k: v for k, v in _allowances(home).items() if not environ.get(k)},
        "TOGGLEMESH_SECRET_KEY": environ.get("TOGGLEMESH_SECRET_KEY")
        or read_secret(secrets, "secret-key")
        or "",
        "TOGGLEMESH_AUDIT_ANCHOR": environ.get("TOGGLEMESH_AUDIT_ANCHOR") or str(anchor_of(home)),
        "DATABASE_URL": postgres_of(home, ports.known("postgres")).url,
        "REDIS_URL": valkey_of(home, ports.known("valkey")).url,
    }


def _allowances(home: Path) -> dict[str, str]:
    """What the running stack may use; nothing where an older one did not say."""
    with contextlib.suppress(OSError, ValueError):
        found: dict[str, str] = json.loads((home / ALLOWANCES).read_text())
        return found
    return {}


def _was_here(home: Path) -> bool:
    """False too when we may not look."""
    try:
        ports = KeptPorts(home / "ports.json")
        return all(ports.known(name) for name in ("postgres", "valkey"))
    except OSError:
        return False
