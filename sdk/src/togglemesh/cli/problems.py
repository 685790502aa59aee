"""What ends the program otherwise than well, and with which exit code."""

from collections.abc import Mapping
from typing import IO, Any

import click

REFUSED, USAGE, NOT_ALLOWED, UNREACHABLE, CONFLICT, DIFFERS = 1, 2, 3, 4, 5, 6
_CODES = {
    401: NOT_ALLOWED,
    403: NOT_ALLOWED,
    407: NOT_ALLOWED,
    409: CONFLICT,
    412: CONFLICT,
    502: UNREACHABLE,
    503: UNREACHABLE,
    504: UNREACHABLE,
}


class Unreachable(click.ClickException):
    """Nothing answers, or not in time."""

    exit_code = UNREACHABLE


class Misconfigured(click.ClickException):
    """The address, the token or a file of the person's cannot be used."""

    exit_code = USAGE


class Refused(click.ClickException):
    """An answer that says no; each field with its sentence, as the API told them."""

    def __init__(self, status: int, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.status, self.errors = status, errors
        self.exit_code = _CODES.get(status, REFUSED)  # type: ignore[misc]  # click reads it here

    def show(self, file: IO[Any] | None = None) -> None:
        for name, sentence in self.errors.items():
            shown = sentence if name == "request" else f"{name}: {sentence}"
            click.echo(f"Error: {shown}", file=file, err=True)
