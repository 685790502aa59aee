"""`manage.py create_token NAME …` prints a new token and nothing else."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.changes import CreatePersonalToken, CreateServiceToken
from accounts.changes.tokens import USUAL_DAYS
from accounts.command import ChangeCommand, pairs
from governance.changes import Change


class Command(ChangeCommand):
    help = (
        "Create a token for the management API and print it, the only time that it can be seen: "
        "a service's with --role, or one that acts as a person with --user."
    )
    why = "a token by hand"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what it is for")
        parser.add_argument("--user", help="whose: the name that the person signs in with")
        parser.add_argument(
            "--role",
            action="append",
            metavar="TEAM=ROLE",
            help="of a service, as in shop=editor; may be repeated",
        )
        parser.add_argument("--team", action="append", help="only there; may be repeated")
        parser.add_argument("--environment", action="append", help="only there; may be repeated")
        parser.add_argument("--read-only", action="store_true", help="it may look only")
        parser.add_argument("--days", type=int, help=f"until it ends ({USUAL_DAYS})")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(self.perform(_change(options), options))


def _change(options: dict[str, Any]) -> Change[str]:
    asked = {
        "name": options["name"],
        "teams": options["team"],
        "environments": options["environment"],
        "read_only": options["read_only"],
        "expires_in_days": options["days"],
    }
    if bool(options["user"]) == bool(options["role"]):
        raise CommandError("Give either --user for a person, or --role TEAM=ROLE for a service.")
    if options["user"]:
        return CreatePersonalToken(user=options["user"], **asked)
    return CreateServiceToken(roles=pairs(options["role"], "--role"), **asked)
