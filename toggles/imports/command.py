"""What the commands that import have in common."""

import getpass
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from governance.authorship import Authorship
from governance.principals import system
from governance.refusals import Refusal
from toggles.imports.bring_in import bring_in
from toggles.imports.files import Unreadable, read_file
from toggles.imports.outcome import Outcome
from toggles.imports.wanted import Wanted

COUNTED = ("created", "changed", "same", "refused")


class ImportCommand(BaseCommand):
    """A command that imports says how to `read` its file."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--environment", required=True, help="the environment's key")
        parser.add_argument("--owner", help="key of the team that shall own new features")
        parser.add_argument(
            "--check", action="store_true", help="say what would happen, change nothing"
        )
        parser.add_argument(
            "--overwrite-segments",
            action="store_true",
            help="change segments that nothing but this import asks for, instead of bringing "
            "theirs in under another name",
        )
        parser.add_argument(
            "--on-invalid",
            choices=("refuse", "skip"),
            default="refuse",
            help="whether something that cannot be read refuses the file, or is passed over",
        )

    def read(self, document: Any, options: dict[str, Any]) -> Wanted:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - as Django calls it
        file: Path = options["file"]
        by = Authorship(system(f"command line: {getpass.getuser()}"), f"imported from {file.name}")
        found: Counter[str] = Counter()
        try:
            wanted = self.read(_document(file), options)
            for at, why in wanted.broken.items():
                found["refused"] += 1
                self._tell(Outcome("refused", "part", at, why))
            for one in bring_in(
                by,
                wanted,
                environment=options["environment"],
                owner=options["owner"],
                check=options["check"],
                overwrite_segments=options["overwrite_segments"],
            ):
                found[one.what] += 1
                self._tell(one)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        except DatabaseError as problem:
            raise CommandError(_stopped(problem, check=options["check"])) from None
        counts = ", ".join(f"{found[what]} {what}" for what in COUNTED)
        checked = " (checked only; nothing is changed)" if options["check"] else ""
        self.stdout.write(f"{counts}{checked}")

    def _tell(self, one: Outcome) -> None:
        why = f": {one.why}" if one.why else ""
        self.stdout.write(f"{one.what:8} {one.kind} {one.key}{why}")


def _stopped(problem: DatabaseError, *, check: bool) -> str:
    """What it means that the database ended it half way."""
    if check:
        return f"The check was stopped ({problem}). Nothing is changed; run it again."
    return (
        f"The import was stopped ({problem}). All that is listed above is done, the rest is not; "
        "run it again to finish: what is done already comes out as `same`."
    )


def _document(file: Path) -> Any:
    try:
        return read_file(file)
    except Unreadable as problem:
        raise CommandError(f"{file.name} cannot be read: {problem}") from None
