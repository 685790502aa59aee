"""`manage.py revoke_api_key SELECTOR` takes a key out of use for good."""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.changes import RevokeApiKey
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from governance.refusals import Refusal


class Command(BaseCommand):
    help = "Revoke an API key; every evaluator refuses it within a second."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("selector", help="of the key")

    def handle(self, *args: Any, selector: str, **options: Any) -> None:
        by = Authorship(system(f"command line: {getpass.getuser()}"), "revoked by hand")
        try:
            perform(by, RevokeApiKey(selector=selector))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"revoked: {selector}")
