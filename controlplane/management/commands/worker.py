"""`manage.py worker`: the Celery worker that carries rollouts on. May be killed at any time."""

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from celery.signals import heartbeat_sent, worker_ready
from django.core.management.base import BaseCommand

from controlplane.celery import app


class Command(BaseCommand):
    help = "Runs the Celery worker."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="tasks at a time")
        parser.add_argument(
            "--heartbeat",
            type=Path,
            help="a file whose time is set anew every few seconds; older than 60 s means that "
            "this process hangs",
        )

    def handle(self, *args: Any, concurrency: int, heartbeat: Path | None, **options: Any) -> None:
        def touch(**_: object) -> None:
            if heartbeat:
                heartbeat.touch()

        worker_ready.connect(touch, weak=False)
        heartbeat_sent.connect(touch, weak=False)
        # Django's own logging, without Celery's two lines for each nudge.
        app.conf.worker_hijack_root_logger = False
        logging.getLogger("celery").setLevel(logging.WARNING)
        # Threads: tasks wait on the database and on proxies, and a second interpreter costs start.
        app.worker_main(
            [
                *("worker", "--pool", "threads", "--concurrency", str(concurrency)),
                *("--without-gossip", "--without-mingle"),
            ]
        )
