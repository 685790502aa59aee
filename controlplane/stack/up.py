"""`manage.py up`: start everything, say where to look, stop everything.

`manage.py` calls this before Django is loaded: the settings need addresses that are made here.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from controlplane.configuration import BadConfiguration, Configuration
from controlplane.stack import postgres, valkey
from controlplane.stack.folder import lock_folder, open_folder, turn_over_logs
from controlplane.stack.freeports import check_ports
from controlplane.stack.members import plane_members, server_members
from controlplane.stack.next_steps import next_steps
from controlplane.stack.problems import Problem
from controlplane.stack.progress import Progress
from controlplane.stack.secrets import read_secret
from controlplane.stack.site import Site, make_site, read_site_configuration, with_allowances
from controlplane.stack.supervisor import Member, StopAsked, Supervisor

ABOUT = "Start the whole embedded stack: servers, control plane and demo shop. Ctrl-C stops it."


class Shop(Protocol):
    """What the demo adds to the stack. (`manage.py` brings the two together.)"""

    SEED_COMMAND: str

    def check(self) -> None:
        """Raises Problem when something that the shop needs is missing."""

    def early_members(self, site: Site) -> list[Member]:
        """Processes that need neither the database nor an API key."""

    def allowances(self, site: Site) -> dict[str, str]:
        """What the shop's mesh needs leave for, by variable; called after `early_members`."""

    def members(self, site: Site) -> list[Member]:
        """The rest, after the seed."""


@dataclass(frozen=True, slots=True)
class Options:
    demo: bool


def main(words: Sequence[str], shop: Shop) -> int:
    """Returns the exit code. Every problem is one sentence on standard error."""
    options = _parse(words)
    progress = Progress()
    supervisor = Supervisor(progress)
    supervisor.listen_to_signals()
    try:
        _run(options, shop, supervisor)
    except (Problem, BadConfiguration) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except StopAsked:
        pass
    finally:
        if supervisor.stages:
            progress.tell("stopping")
            supervisor.stop_all()
            progress.tell("everything has stopped")
    return 0


def _run(options: Options, shop: Shop, supervisor: Supervisor) -> None:
    configuration = read_site_configuration(options.demo)
    _check(configuration, shop)
    lock = lock_folder(configuration.home)
    supervisor.upkeep = lambda: turn_over_logs(configuration.home)
    check_ports(_ports(configuration), configuration.host)
    site = make_site(configuration)
    extras = shop if configuration.demo else None
    first_time = read_secret(site.home / "secrets", "admin-password") is None
    _bring_up(site, extras, supervisor, lock)
    _tell_where_to_look(site, supervisor.progress, first_time)
    supervisor.watch()


def _check(configuration: Configuration, shop: Shop) -> None:
    open_folder(configuration.home)
    if not os.environ.get("DATABASE_URL"):
        postgres.program("postgres")
    if not os.environ.get("REDIS_URL"):
        valkey.program()
    if configuration.demo:
        shop.check()


def _ports(configuration: Configuration) -> dict[str, int]:
    ports = {
        "TOGGLEMESH_PORT": configuration.port,
        "TOGGLEMESH_EVALUATION_PORT": configuration.evaluation_port,
    }
    if configuration.demo:
        ports["TOGGLEMESH_SHOP_PORT"] = configuration.shop_port
    return ports


def _bring_up(site: Site, shop: Shop | None, supervisor: Supervisor, lock: int) -> None:
    progress = supervisor.progress
    progress.tell(f"starting, with the data in {site.home}")
    if site.postgres and not (site.postgres.data / "PG_VERSION").exists():
        site.postgres.create()
        progress.tell("PostgreSQL has its data folder")
    early = shop.early_members(site) if shop else []
    site = with_allowances(site, shop.allowances(site) if shop else {})
    supervisor.bring_up([*server_members(site, lock), *early])
    seed = ("--then", shop.SEED_COMMAND) if shop else ()
    supervisor.run_to_end("Preparing the database", site.manage("prepare", *seed))
    progress.tell("the database is prepared")
    supervisor.bring_up([*plane_members(site), *(shop.members(site) if shop else [])])


def _tell_where_to_look(site: Site, progress: Progress, first_time: bool) -> None:
    configuration, host = site.configuration, site.configuration.host
    lines = [
        f"Pages and management API   {configuration.public_url}",
        f"Evaluation                 http://{host}:{configuration.evaluation_port}",
    ]
    if configuration.demo:
        lines.append(f"Shop                       http://{host}:{configuration.shop_port}")
    lines += _sign_in(site, first_time)
    if not configuration.demo:
        steps = next_steps(configuration.public_url, os.environ)
        lines += ["", "Next, in another terminal:", *(f"  {step}" for step in steps)]
    progress.plain("", *(f"  {line}" if line else "" for line in lines), "")
    progress.tell("ready; Ctrl-C stops everything")


def _sign_in(site: Site, first_time: bool) -> list[str]:
    file = site.home / "secrets" / "admin-password"
    password = read_secret(file.parent, file.name)
    if first_time and password:
        return [f"Sign in as admin, password {password} (shown this once, kept in {file})"]
    return [f"Sign in as admin; the first password is kept in {file}"]


def _parse(words: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(prog="manage.py up", description=ABOUT)
    parser.add_argument(
        "--no-demo", action="store_true", help="leave the demo shop out (or DEMO=0)"
    )
    parsed = parser.parse_args(words)
    return Options(demo=not parsed.no_demo and os.environ.get("DEMO", "1") != "0")
