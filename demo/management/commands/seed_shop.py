"""`manage.py seed_shop`: what the demo shop needs in the control plane. `manage.py up` calls it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from demo.istio import named_istio
from demo.layout import read_layout
from demo.seed import seed


class Command(BaseCommand):
    help = "Makes the demo shop's team, services, feature, routes and API key. Safe to repeat."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        home = settings.CONFIGURATION.home
        seed(home, read_layout(home), named_istio())
