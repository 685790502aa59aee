"""What a process that is to be killed runs: forked from one that has loaded everything.

What a writer says has been committed: that is what may not be lost.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import django

from governance.principals import system

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controlplane.settings")
django.setup()

from django.conf import settings  # noqa: E402 - needs the settings
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Environment  # noqa: E402
from controlplane import retention  # noqa: E402
from events import actions as events  # noqa: E402
from events import retention as batches  # noqa: E402
from events.relay.loop import Relay  # noqa: E402
from events.relay.sources import registered  # noqa: E402
from governance import archive, verification  # noqa: E402
from governance.actions import record  # noqa: E402
from governance.authorship import Authorship  # noqa: E402
from toggles import change_log  # noqa: E402
from toggles import retention as of_toggles  # noqa: E402

BY = Authorship(system("kim"), "kill test")
LATER = timedelta(days=10_000)  # everything is old then


def run(*, database: str, kind: str, said: str, archive: str, broken: str) -> None:
    """For ever. `kind` is writer, relay or upkeep."""
    connection.settings_dict["NAME"] = database
    settings.AUDIT_ARCHIVE = Path(archive)
    if kind == "writer":
        write(said)
    elif kind == "relay":
        Relay(registered(), settings.REDIS_URL, poll=0.2).run()
    else:
        keep_up(Path(broken))


def write(said: str) -> None:
    """Changes of the control plane, as fast as they go."""
    environment = Environment.objects.get(key="production")
    file = os.open(said, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while True:
        with transaction.atomic():
            entry = record(BY, "thing.done", "thing:1", {"value": 1e16})
            change = change_log.append(environment, "segment-removed", f"k{entry.number}", None)
            event = events.emit("shop", "cart.sold", f"k{entry.number}", {"n": entry.number})
        # One system call: a line is said whole or not at all.
        os.write(file, f"{entry.number} {change.number} {event.event_id}\n".encode())


def keep_up(broken: Path) -> None:
    """Retention, archiving and verification, in batches so small that kills come in between."""
    archive.AT_ONCE = batches.BATCH = 20
    of_toggles.ALWAYS_KEPT = 1_500
    while True:
        retention.sweep(timezone.now() + LATER, seconds=0.5)
        found = verification.check()
        if found.broken_at is not None:
            broken.write_text(found.problem)
