"""One stack: its folder, its ports, its secrets, and the environment of its processes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from controlplane.configuration import Configuration, read_configuration
from controlplane.stack.freeports import KeptPorts
from controlplane.stack.launch import Launch
from controlplane.stack.postgres import Postgres
from controlplane.stack.secrets import ensure_secret
from controlplane.stack.valkey import Valkey

ROOT = Path(__file__).parents[2]
NETWORKS, FOLDERS = "TOGGLEMESH_ALLOWED_NETWORKS", "TOGGLEMESH_ENVOY_FOLDERS"
CLUSTERS = "TOGGLEMESH_CLUSTERS"
ALLOWANCES = "allowances.json"
# Long enough for the check of the configuration; the real values come from the data folder.
PLACEHOLDERS = {
    "TOGGLEMESH_SECRET_KEY": "0" * 64,
    "DATABASE_URL": "postgresql://embedded",
    "REDIS_URL": "redis://embedded",
}


@dataclass(frozen=True, slots=True)
class Site:
    """`postgres` and `valkey` are None when a server of one's own is named."""

    configuration: Configuration
    ports: KeptPorts
    postgres: Postgres | None
    valkey: Valkey | None
    environ: Mapping[str, str]

    @property
    def home(self) -> Path:
        return self.configuration.home

    def log(self, name: str) -> Path:
        return self.home / "logs" / f"{name}.log"

    def python(self, name: str, *words: str) -> Launch:
        """`python WORDS` in the project's folder."""
        return Launch([sys.executable, *words], self.log(name), env=self.environ, cwd=ROOT)

    def manage(self, *words: str) -> Launch:
        return self.python(words[0], str(ROOT / "manage.py"), *words)


def read_site_configuration(demo: bool) -> Configuration:
    """What can be checked before the data folder is open. Raises BadConfiguration."""
    environ = {**PLACEHOLDERS, **{k: v for k, v in os.environ.items() if v}}
    environ["TOGGLEMESH_DEMO"] = "1" if demo else "0"
    return read_configuration(environ)


def make_site(configuration: Configuration) -> Site:
    """The folder is open and ours; secrets and ports are read, or made."""
    home = configuration.home
    ports = KeptPorts(home / "ports.json")
    postgres = None if os.environ.get("DATABASE_URL") else postgres_of(home, ports.get("postgres"))
    valkey = None if os.environ.get("REDIS_URL") else valkey_of(home, ports.get("valkey"))
    environ = {
        **os.environ,
        "TOGGLEMESH_HOME": str(home),
        "TOGGLEMESH_DEMO": "1" if configuration.demo else "0",
        "TOGGLEMESH_SECRET_KEY": os.environ.get("TOGGLEMESH_SECRET_KEY")
        or ensure_secret(home / "secrets", "secret-key"),
        "DATABASE_URL": postgres.url if postgres else configuration.database_url,
        "REDIS_URL": valkey.url if valkey else configuration.redis_url,
        "TOGGLEMESH_AUDIT_ANCHOR": os.environ.get("TOGGLEMESH_AUDIT_ANCHOR")
        or str(anchor_of(home)),
        "PYTHONUNBUFFERED": "1",
    }
    return Site(configuration, ports, postgres, valkey, environ)


def with_allowances(site: Site, more: Mapping[str, str]) -> Site:
    """The site, whose processes may use this on top of what the operator lists; kept for commands
    that join the stack. A folder of its own for Envoys is always there."""
    own = [str(site.home / "mesh"), more.get(FOLDERS, "")]
    wanted = {**more, FOLDERS: ",".join(filter(None, own))}
    for name in (NETWORKS, FOLDERS):
        both = [site.environ.get(name, ""), wanted.get(name, "")]
        wanted[name] = ",".join(filter(None, both))
    if site.environ.get(CLUSTERS):  # the operator's own list stands
        wanted.pop(CLUSTERS, None)
    (site.home / ALLOWANCES).write_text(json.dumps(wanted, indent=1))
    return replace(site, environ={**site.environ, **wanted})


def anchor_of(home: Path) -> Path:
    """The file that the audit chain's head is written to, unless another one is named."""
    return home / "audit-anchors.jsonl"


def postgres_of(home: Path, port: int) -> Postgres:
    """The embedded server of a data folder; its password is made when there is none yet."""
    return Postgres(
        data=home / "postgres",
        port=port,
        password=ensure_secret(home / "secrets", "postgres-password", 16),
        log=home / "logs" / "postgres.log",
    )


def valkey_of(home: Path, port: int) -> Valkey:
    """The same for Valkey."""
    return Valkey(
        data=home / "valkey",
        port=port,
        password=ensure_secret(home / "secrets", "valkey-password", 16),
        log=home / "logs" / "valkey.log",
    )
