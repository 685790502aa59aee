"""`manage.py up`: here for `manage.py help`; `manage.py` starts it before Django is loaded."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from controlplane.stack.up import ABOUT


class Command(BaseCommand):
    help = ABOUT
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError("Start it from the command line: `python manage.py up`.")
