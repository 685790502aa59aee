"""What the commands that import have in common."""

import getpass
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser

from governance.authorship import Authorship
from governance.refusals import Refusal
from toggles.imports.bring_in import Outcome, bring_in
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
            "--on-invalid",
            choices=("refuse", "skip"),
            default="refuse",
            help="whether something that cannot be read refuses the file, or is passed over",
        )

    def read(self, document: Any, options: dict[str, Any]) -> Wanted:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - as Django calls it
        file: Path = options["file"]
        by = Authorship(f"command line: {getpass.getuser()}", f"imported from {file.name}")
        try:
            wanted = self.read(_document(file), options)
            brought = bring_in(
                by,
                wanted,
                environment=options["environment"],
                owner=options["owner"],
                check=options["check"],
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        broken = [Outcome("refused", "part", at, why) for at, why in wanted.broken.items()]
        self._report([*broken, *brought], check=options["check"])

    def _report(self, outcomes: list[Outcome], *, check: bool) -> None:
        for one in outcomes:
            why = f": {one.why}" if one.why else ""
            self.stdout.write(f"{one.what:8} {one.kind} {one.key}{why}")
        found = [one.what for one in outcomes]
        counts = ", ".join(f"{found.count(what)} {what}" for what in COUNTED)
        self.stdout.write(f"{counts}{' (checked only; nothing is changed)' if check else ''}")


def _document(file: Path) -> Any:
    load: Callable[[str], Any] = yaml.safe_load if file.suffix in (".yaml", ".yml") else json.loads
    try:
        return load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as problem:
        raise CommandError(f"{file.name} cannot be read: {problem}") from None
