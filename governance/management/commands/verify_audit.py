"""`manage.py verify_audit` fails at the first audit entry that does not hold."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.archive import verify_archive
from governance.chain import Broken, Link, end_of_archive, walk
from governance.models import AuditEntry
from governance.verification import compare_with_anchors


class Command(BaseCommand):
    help = "Check that no audit entry was changed, removed, put in later or cut off at the end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--archive",
            type=Path,
            metavar="DIR",
            help="the folder with the archived entries (TOGGLEMESH_AUDIT_ARCHIVE), to verify both",
        )

    def handle(self, *args: Any, archive: Path | None, **options: Any) -> None:
        try:
            archived = verify_archive(archive) if archive else None
            for _ in walk(end_of_archive()):
                pass
            compared = compare_with_anchors()
        except Broken as broken:
            raise CommandError(
                f"The audit chain does not hold from entry {broken.number} on: {broken.problem}."
            ) from None
        self._tell_archive(archived)
        self.stdout.write(f"{AuditEntry.objects.count()} audit entries, and the chain holds.")
        self.stdout.write(f"Compared with anchors in: {', '.join(compared.compared) or 'none'}.")
        for name in compared.unreachable:
            self.stderr.write(
                f"Not compared: the anchor in {name} is out of reach, or holds nothing."
            )

    def _tell_archive(self, verified: Link | None) -> None:
        gone = end_of_archive().number
        if verified:
            self.stdout.write(f"{verified.number} archived entries, and the chain holds.")
        elif gone:
            self.stdout.write(f"Entries 1 to {gone} are archived: name their folder by --archive.")
