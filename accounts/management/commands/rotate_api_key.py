"""`manage.py rotate_api_key SELECTOR` prints a key that takes the place of another."""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.changes import RotateApiKey
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from governance.refusals import Refusal


class Command(BaseCommand):
    help = "Create an API key that succeeds another; both are live until that one is revoked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("selector", help="of the key that is to be replaced")

    def handle(self, *args: Any, selector: str, **options: Any) -> None:
        by = Authorship(system(f"command line: {getpass.getuser()}"), "rotation")
        try:
            text = perform(by, RotateApiKey(selector=selector))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(text)
