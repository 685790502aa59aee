"""What `manage.py` commands that change something share: their author, and how they refuse."""

from __future__ import annotations

import getpass
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

from governance.authorship import Authorship
from governance.changes import Change, perform
from governance.principals import system
from governance.refusals import Refusal

Result = TypeVar("Result")


class ChangeCommand(BaseCommand):
    """`self.perform(change, options)` does it as whoever runs the command."""

    why = "by hand"

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(*args, **kwargs)
        parser.add_argument(
            "--reason", default=self.why, help="why; it is kept in the audit log (%(default)s)"
        )
        return parser

    def perform(self, change: Change[Result], options: dict[str, Any]) -> Result:
        """Raises CommandError with the refusal's own words."""
        try:
            by = Authorship(system(f"command line: {getpass.getuser()}"), options["reason"])
            return perform(by, change)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None


def pairs(words: list[str] | None, option: str) -> dict[str, str]:
    """`["shop=editor"]` as a dictionary. Raises CommandError naming the option."""
    parted = [word.partition("=") for word in words or ()]
    for name, equals, value in parted:
        if not (name and equals and value):
            raise CommandError(f"{option}: write {name or 'name'}=value, as in shop=editor.")
    return {name: value for name, _, value in parted}
