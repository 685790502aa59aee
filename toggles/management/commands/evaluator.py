"""`manage.py evaluator`: serve decisions and the change stream, until stopped."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from toggles.evaluator.server import serve


class Command(BaseCommand):
    help = "Serves OFREP and the SDKs' change stream from memory."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        configuration = settings.CONFIGURATION
        parser.add_argument("--host", default=configuration.host)
        parser.add_argument("--port", type=int, default=configuration.evaluation_port)
        parser.add_argument("--workers", type=int, default=configuration.evaluation_workers)

    def handle(self, *args: Any, host: str, port: int, workers: int, **options: Any) -> None:
        serve("toggles.evaluator.app:create", host, port, workers)
