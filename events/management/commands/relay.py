"""`manage.py relay`: publish the change log and the outbox to Valkey, until stopped."""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from events.relay.loop import Relay
from events.relay.sources import registered


class Command(BaseCommand):
    help = "Publishes the change log and the outbox to Valkey. A second relay waits its turn."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--poll", type=float, default=5.0, help="longest wait for a NOTIFY, in seconds"
        )
        parser.add_argument(
            "--heartbeat",
            type=Path,
            help="a file whose time is set anew in each turn, also while waiting to lead or for a "
            "server; older than 60 s means that this process hangs",
        )

    def handle(self, *args: Any, poll: float, heartbeat: Path | None, **options: Any) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        relay = Relay(registered(), settings.REDIS_URL, poll=poll)
        if heartbeat:
            relay.alive = heartbeat.touch
        try:
            relay.run()
        except KeyboardInterrupt:
            sys.exit(0)
