"""`manage.py create_user NAME` makes a person, and prints a generated password, this once only."""

import os
import secrets
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.changes import CreateUser, SetUser
from accounts.command import ChangeCommand
from accounts.models import User
from governance.principals import Right

VARIABLE = "TOGGLEMESH_PASSWORD"


class Command(ChangeCommand):
    help = (
        "Create a person who signs in. Prints a generated password, the only time that it can be "
        f"seen, unless one is given in {VARIABLE} or by --password-stdin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="to sign in with")
        parser.add_argument("--name", default="", help="for people")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--administrator", action="store_true", help="may do everything in the installation"
        )
        parser.add_argument(
            "--right",
            action="append",
            default=[],
            help=f"may be repeated; one of: {', '.join(Right)}",
        )
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )

    def handle(self, *args: Any, username: str, administrator: bool, **options: Any) -> None:
        if User.objects.filter(username=username).exists():
            self._keep(username, administrator, options)
            return
        given = _given_password(options["password_stdin"])
        password = given or secrets.token_urlsafe(15)
        self.perform(
            CreateUser(
                username=username,
                password=password,
                name=options["name"],
                email=options["email"],
                administrator=administrator,
                rights=options["right"],
            ),
            options,
        )
        self.stdout.write(f"user: {username}")
        if not given:
            self.stdout.write(f"password: {password}")

    def _keep(self, username: str, administrator: bool, options: dict[str, Any]) -> None:
        """Somebody who is there keeps their password; what was asked beside it is seen to."""
        if administrator:
            self.perform(SetUser(username, administrator=True), options)
        self.stdout.write(f"user: {username} is there already, with the password as it was")


def _given_password(from_stdin: bool) -> str:
    if not from_stdin:
        return os.environ.get(VARIABLE, "")
    text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise CommandError("There is no password on standard input.")
    return text
