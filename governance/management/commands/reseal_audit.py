"""`manage.py reseal_audit --from N --reason …` seals the audit chain anew from entry N on."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.authorship import Authorship
from governance.principals import system
from governance.reads import first_broken_entry
from governance.refusals import Refusal
from governance.reseal import reseal


class Command(BaseCommand):
    help = "Seal audit entries anew after damage that is understood; itself kept in the audit log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="start", type=int, required=True, help="the first entry to seal anew"
        )
        parser.add_argument("--reason", required=True, help="why; it is kept in the audit log")
        parser.add_argument(
            "--author",
            default=f"command line: {getpass.getuser()}",
            help="who does it (%(default)s)",
        )

    def handle(self, *args: Any, start: int, reason: str, author: str, **options: Any) -> None:
        try:
            entry = reseal(Authorship(system(author), reason), start)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"Sealed anew: entries {start} to {entry.number - 1}; entry {entry.number} tells so."
        )
        broken = first_broken_entry()
        if broken is not None:
            raise CommandError(f"The audit chain still does not hold from entry {broken} on.")
