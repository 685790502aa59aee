"""`manage.py create_api_key KIND --environment NAME` prints a new key and nothing else."""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.changes import CreateApiKey
from accounts.models import KeyFormat, KeyKind
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from governance.refusals import Refusal


class Command(BaseCommand):
    help = "Create an API key and print it, the only time that it can be seen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help=f"one of: {', '.join(KeyKind.values)}")
        parser.add_argument("--environment", required=True, help="the environment's key")
        parser.add_argument("--name", default="command line", help="what the key is for")
        parser.add_argument(
            "--origin",
            action="append",
            help="a web page's origin that may use it, as in https://shop.example, or *; "
            "may be repeated; without it any for client keys, none for the others",
        )

        parser.add_argument(
            "--format",
            default=KeyFormat.TOGGLEMESH.value,
            help=f"one of: {', '.join(KeyFormat.values)}; unleash for Unleash Edge",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = Authorship(system(f"command line: {getpass.getuser()}"), f"key for {options['name']}")
        try:
            text = perform(
                by,
                CreateApiKey(
                    kind=options["kind"],
                    environment=options["environment"],
                    name=options["name"],
                    origins=options["origin"],
                    format=options["format"],
                ),
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(text)
