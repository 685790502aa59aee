"""`manage.py export --environment NAME` prints an environment as YAML and nothing else."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.reads import get_environment
from governance.refusals import Refusal
from toggles.imports import ours


class Command(BaseCommand):
    help = "Prints the features and segments of an environment as YAML."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--environment", required=True, help="the environment's key")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            environment = get_environment(options["environment"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(ours.write(environment.key), ending="")
