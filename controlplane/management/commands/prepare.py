"""`manage.py prepare`: bring the database to where the processes can start. Safe to repeat.

One command and one interpreter for all of it, as its start is most of its time.
"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.changes import ensure_environments
from accounts.models import User
from controlplane.stack.secrets import ensure_secret

ADMIN = "admin"
SECRET = "admin-password"  # noqa: S105 - the name of the file


class Command(BaseCommand):
    help = "Migrates, and makes the environments and the first sign-in."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--then", action="append", default=[], help="a command to run after it")
        parser.add_argument(
            "--without-sign-in",
            action="store_true",
            help="make no first user (where there is no data folder to keep its password in)",
        )

    def handle(self, *args: Any, then: list[str], without_sign_in: bool, **options: Any) -> None:
        if not is_migrated():
            call_command("migrate", interactive=False, verbosity=1)
        ensure_environments()
        if not without_sign_in:
            ensure_admin()
        for command in then:
            call_command(command)


def is_migrated() -> bool:
    """True when there is no migration to run; asking is much faster than running none."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def ensure_admin() -> None:
    """The first person to sign in, with a generated password that is kept in the data folder."""
    if User.objects.filter(username=ADMIN).exists():
        return
    folder = settings.CONFIGURATION.home / "secrets"
    User.objects.create_superuser(ADMIN, password=ensure_secret(folder, SECRET, 12))
