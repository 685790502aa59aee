"""`manage.py beat`: one nudge a second to the sweeper, one a minute to the upkeep."""

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from celery.signals import after_task_publish, beat_init
from django.core.management.base import BaseCommand

from controlplane.celery import app
from controlplane.scheduler import BoundedScheduler


class Command(BaseCommand):
    help = "Runs Celery's beat. Two of them nudge twice, which does no harm."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--heartbeat",
            type=Path,
            help="a file whose time is set anew with each nudge; older than 60 s means that this "
            "process hangs or cannot reach the broker",
        )

    def handle(self, *args: Any, heartbeat: Path | None, **options: Any) -> None:
        def touch(**_: object) -> None:
            if heartbeat:
                heartbeat.touch()

        beat_init.connect(touch, weak=False)
        after_task_publish.connect(touch, weak=False)
        BoundedScheduler.alive.append(touch)
        # Django's own logging, without Celery's line for each nudge.
        app.conf.worker_hijack_root_logger = False
        logging.getLogger("celery").setLevel(logging.WARNING)
        # The schedule is in the settings, so it needs no file of its own.
        app.start(["beat", "--scheduler", "controlplane.scheduler:BoundedScheduler"])
