"""`manage.py import_unleash FILE --environment NAME`: an Unleash client-features document."""

from typing import Any

from toggles.imports import unleash
from toggles.imports.command import ImportCommand
from toggles.imports.wanted import Wanted


class Command(ImportCommand):
    help = "Brings in the features of an Unleash client-features document (JSON)."

    def read(self, document: Any, options: dict[str, Any]) -> Wanted:
        return unleash.read(document, skip_broken=options["on_invalid"] == "skip")
