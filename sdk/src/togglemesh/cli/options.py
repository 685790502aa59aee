"""Options that many commands share, and the session that they are collected in."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import click

from togglemesh.cli.api import Api
from togglemesh.cli.configuration import read_configuration
from togglemesh.cli.output import Columns, show

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass
class Session:
    """One run of the program."""

    output: str = "table"
    timeout: float = 30.0
    idempotency_key: str = ""

    @cached_property
    def api(self) -> Api:
        """Read only when it is needed: `--help` works without a configuration."""
        return Api(read_configuration(), timeout=self.timeout, idempotency_key=self.idempotency_key)

    def show(self, answer: Any, columns: Columns) -> None:
        show(answer, columns, self.output)


pass_session = click.make_pass_decorator(Session, ensure=True)


def _set_output(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Session).output = value


def output_option(command: Command) -> Command:
    """`--output`, which may stand before or behind the command."""
    return click.option(
        "-o",
        "--output",
        type=click.Choice(["table", "json"]),
        expose_value=False,
        callback=_set_output,
        help="How to print the answer; a table without it.",
    )(command)


def reason_option(command: Command) -> Command:
    """`--reason`: asked for at a terminal, needed elsewhere."""
    return click.option(
        "--reason",
        envvar="TOGGLEMESH_REASON",
        callback=_ask_reason,
        is_eager=False,
        help="Why; it is kept in the audit log. Asked for at a terminal, needed elsewhere.",
    )(command)


def _ask_reason(context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    if value and value.strip():
        return value
    if context.resilient_parsing:
        return ""
    if is_terminal():
        return str(click.prompt("Why (kept in the audit log)", err=True))
    raise click.MissingParameter(
        "It is kept in the audit log.", ctx=context, param=parameter, param_type="option"
    )


def yes_option(command: Command) -> Command:
    """`--yes`: do not ask."""
    return click.option("--yes", is_flag=True, help="Do it without asking.")(command)


def confirm(question: str, *, yes: bool) -> None:
    """Asked at a terminal; elsewhere `--yes` is needed."""
    if yes:
        return
    if not is_terminal():
        raise click.UsageError(f"{question} Say --yes where nobody can be asked.")
    click.confirm(question, abort=True, err=True)


def environment_option(*, required: bool = True) -> Callable[[Command], Command]:
    return click.option(
        "-e",
        "--environment",
        required=required,
        envvar="TOGGLEMESH_ENVIRONMENT",
        help="Key of the environment.",
    )


def is_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
