"""`manage.py verify_audit` fails at the first audit entry that does not hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.models import AuditEntry
from governance.reads import first_broken_entry


class Command(BaseCommand):
    help = "Check that no audit entry was changed, removed or put in later."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = first_broken_entry()
        if broken is not None:
            raise CommandError(f"The audit chain does not hold from entry {broken} on.")
        self.stdout.write(f"{AuditEntry.objects.count()} audit entries, and the chain holds.")
