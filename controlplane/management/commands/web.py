"""`manage.py web`: pages and management API, until stopped."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from toggles.evaluator.server import serve


class Command(BaseCommand):
    help = "Serves pages and management API on TOGGLEMESH_HOST and TOGGLEMESH_PORT."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        configuration = settings.CONFIGURATION
        serve("controlplane.web:create", configuration.host, configuration.port)
