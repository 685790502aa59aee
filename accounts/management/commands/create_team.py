"""`manage.py create_team KEY` makes a team; one that is there already stays as it is."""

from typing import Any

from django.core.management.base import CommandParser

from accounts.changes import CreateTeam
from accounts.command import ChangeCommand


class Command(ChangeCommand):
    help = "Create a team. Safe to repeat: one that is there already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="lower-case letters, digits and hyphens")
        parser.add_argument("--name", default="", help="for people; the key without it")

    def handle(self, *args: Any, key: str, name: str, **options: Any) -> None:
        team = self.perform(CreateTeam(key=key, name=name), options)
        self.stdout.write(f"team: {team.key} ({team.name})")
