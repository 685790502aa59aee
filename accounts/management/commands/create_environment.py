"""`manage.py create_environment KEY` makes an environment in which every feature is off."""

from typing import Any

from django.core.management.base import CommandParser

from accounts.changes import CreateEnvironment
from accounts.command import ChangeCommand
from accounts.models import Environment


class Command(ChangeCommand):
    help = "Create an environment, where every feature is off. One that is there stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="lower-case letters, digits and hyphens")
        parser.add_argument("--name", default="", help="for people; the key without it")
        parser.add_argument("--production", action="store_true", help="it serves real users")
        parser.add_argument("--position", type=int, help="its place in lists; last without it")

    def handle(self, *args: Any, key: str, **options: Any) -> None:
        if Environment.objects.filter(key=key).exists():
            self.stdout.write(f"environment: {key} is there already")
            return
        asked = {name: options[name] for name in ("name", "production", "position")}
        self.perform(CreateEnvironment(key=key, **asked), options)
        self.stdout.write(f"environment: {key}")
