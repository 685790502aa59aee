"""`manage.py prepare`: bring the database to where the processes can start. Safe to repeat.

One command and one interpreter for all of it, as its start is most of its time.
"""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.changes import CreateUser, ensure_environments
from accounts.models import User
from controlplane.stack.secrets import ensure_secret
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from governance.refusals import Refusal

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
            help="make no first user with a generated password (where there is no data folder to "
            "keep it in); one with TOGGLEMESH_ADMINISTRATOR_PASSWORD is made all the same",
        )

    def handle(self, *args: Any, then: list[str], without_sign_in: bool, **options: Any) -> None:
        if not is_migrated():
            call_command("migrate", interactive=False, verbosity=1)
        ensure_environments()
        made = ensure_administrator(keep_secret=not without_sign_in)
        if made:
            self.stdout.write(made)
        for command in then:
            call_command(command)


def is_migrated() -> bool:
    """True when there is no migration to run; asking is much faster than running none."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def ensure_administrator(*, keep_secret: bool) -> str:
    """The first person to sign in, where nobody has that name yet.

    The password is the one of the environment, else a generated one that is kept in the data
    folder; without either there is no such person. Returns whom it made, in words.
    """
    name = os.environ.get("TOGGLEMESH_ADMINISTRATOR") or ADMIN
    given = os.environ.get("TOGGLEMESH_ADMINISTRATOR_PASSWORD")
    if not (given or keep_secret) or User.objects.filter(username=name).exists():
        return ""
    folder = settings.CONFIGURATION.home / "secrets"
    password = given or ensure_secret(folder, SECRET, 12)
    by = Authorship(system("togglemesh"), "the first administrator")
    try:
        perform(by, CreateUser(name, password, administrator=True))
    except Refusal as refusal:
        raise CommandError(f"TOGGLEMESH_ADMINISTRATOR and its password: {refusal}") from None
    where = "TOGGLEMESH_ADMINISTRATOR_PASSWORD" if given else str(folder / SECRET)
    return f"First administrator: {name}; the password is in {where}"
