"""The members of the stack: the two servers, and the control plane's own processes."""

from __future__ import annotations

import signal

from controlplane.stack.probes import Probe, answers_http, has_written
from controlplane.stack.site import Site
from controlplane.stack.supervisor import Member


def server_members(site: Site, lock: int) -> list[Member]:
    """PostgreSQL and Valkey, unless servers of one's own are named. They hold the lock too."""
    members = []
    if site.postgres:
        postgres = site.postgres
        members.append(
            Member("PostgreSQL", lambda: postgres.launch((lock,)), postgres.answers, signal.SIGINT)
        )
    if site.valkey:
        valkey = site.valkey
        members.append(Member("Valkey", lambda: valkey.launch((lock,)), valkey.answers))
    return members


def plane_members(site: Site) -> list[Member]:
    """Web, evaluator, relay, worker and beat."""
    configuration = site.configuration
    return [
        Member(
            "web",
            lambda: site.manage("web"),
            answers_http(configuration.port, "/readyz"),
        ),
        Member(
            "evaluator",
            lambda: site.manage("evaluator"),
            answers_http(configuration.evaluation_port, "/readyz"),
        ),
        *(_with_heartbeat(site, name) for name in ("relay", "worker", "beat")),
    ]


def _with_heartbeat(site: Site, name: str) -> Member:
    file = site.home / f"{name}.heartbeat"
    ready: Probe = has_written(file)
    return Member(name, lambda: site.manage(name, "--heartbeat", str(file)), ready)
