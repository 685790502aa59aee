"""`manage.py grant_right USER RIGHT` gives a right over the installation, or takes it away."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.changes import SetUser
from accounts.command import ChangeCommand
from accounts.reads import get_user
from governance.principals import Right
from governance.refusals import Refusal

ADMINISTRATOR = "administrator"


class Command(ChangeCommand):
    help = "Give a person a right over what belongs to everybody. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="the name that the person signs in with")
        known = ", ".join([*Right, ADMINISTRATOR])
        parser.add_argument("right", help=f"one of: {known} (which has all of them)")
        parser.add_argument("--revoke", action="store_true", help="take it away instead")

    def handle(self, *args: Any, user: str, right: str, revoke: bool, **options: Any) -> None:
        self.perform(_change(user, right, revoke), options)
        verb = "no longer has" if revoke else "has"
        self.stdout.write(f"right: {user} {verb} {right}")


def _change(user: str, right: str, revoke: bool) -> SetUser:
    if right == ADMINISTRATOR:
        return SetUser(user, administrator=not revoke)
    try:
        rights = set(get_user(user).rights)
    except Refusal as refusal:
        raise CommandError(str(refusal)) from None
    return SetUser(user, rights=sorted(rights - {right} if revoke else rights | {right}))
