"""`manage.py import FILE --environment NAME`: what `manage.py export` wrote."""  # noqa: N999 - the command has this name

from typing import Any

from toggles.imports import ours
from toggles.imports.command import ImportCommand
from toggles.imports.wanted import Wanted


class Command(ImportCommand):
    help = "Brings in the features and segments that `manage.py export` wrote."

    def read(self, document: Any, options: dict[str, Any]) -> Wanted:
        return ours.read(document, skip_broken=options["on_invalid"] == "skip")
