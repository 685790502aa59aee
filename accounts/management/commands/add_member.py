"""`manage.py add_member TEAM USER --role ROLE` gives a person a role in a team."""

from typing import Any

from django.core.management.base import CommandParser

from accounts.changes import SetMember
from accounts.command import ChangeCommand, pairs
from accounts.models import Role
from accounts.unchanged import KEEP

NONE = "none"


class Command(ChangeCommand):
    help = "Give a person a role in a team. Safe to repeat; another role takes its place."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("team", help="the team's key")
        parser.add_argument("user", help="the name that the person signs in with")
        parser.add_argument(
            "--role",
            default=Role.EDITOR.value,
            help=f"one of: {', '.join(Role.values)} (%(default)s)",
        )
        parser.add_argument(
            "--in",
            dest="narrowed",
            action="append",
            metavar="ENVIRONMENT=ROLE",
            help=f"a lower role there, as in production=viewer, or production={NONE}; may be "
            "repeated",
        )

    def handle(
        self,
        *args: Any,
        team: str,
        user: str,
        role: str,
        narrowed: list[str] | None,
        **options: Any,
    ) -> None:
        there = {
            place: None if one == NONE else one for place, one in pairs(narrowed, "--in").items()
        }
        change = SetMember(
            team=team, user=user, role=role, environments=KEEP if narrowed is None else there
        )
        self.perform(change, options)
        self.stdout.write(f"member: {user} is {role} of {team}")
