"""`manage.py import_flagd FILE --environment NAME`: a flagd flag definition."""

from typing import Any

from django.core.management.base import CommandParser

from togglemesh.engine.documents.feature import FRACTIONAL
from toggles.imports import flagd
from toggles.imports.command import ImportCommand
from toggles.imports.wanted import Wanted


class Command(ImportCommand):
    help = "Brings in the flags of a flagd flag definition (JSON or YAML)."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--fractional", choices=FRACTIONAL, default="cbor", help="how the flagd at hand hashes"
        )

    def read(self, document: Any, options: dict[str, Any]) -> Wanted:
        return flagd.read(
            document,
            fractional=options["fractional"],
            skip_broken=options["on_invalid"] == "skip",
        )
