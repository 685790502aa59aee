"""`manage.py web`: pages and management API on granian, until stopped."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from controlplane.stack.granian import web_words


class Command(BaseCommand):
    help = "Serves pages and management API on TOGGLEMESH_HOST and TOGGLEMESH_PORT."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        # Takes our place: granian's own processes load Django, this one is not needed any more.
        words = [sys.executable, "-m", "granian", *web_words(settings.CONFIGURATION)]
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, words)  # noqa: S606 - no shell wanted
