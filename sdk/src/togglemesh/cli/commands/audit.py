"""The audit log."""

from itertools import islice

import click

from togglemesh.cli.options import Session, output_option, pass_session

LIST = {
    "NUMBER": "number",
    "AT": "at",
    "AUTHOR": "author",
    "ACTION": "action",
    "SUBJECT": "subject",
    "REASON": "reason",
}


@click.group()
def audit() -> None:
    """The audit log."""


@audit.command("list")
@click.option("--subject", help="E.g. toggle:production/new-checkout.")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True)
@output_option
@pass_session
def list_audit(session: Session, /, *, subject: str | None, limit: int) -> None:
    """List entries, the newest first."""
    found = session.api.pages("audit", {"subject": subject})
    session.show(list(islice(found, limit)), LIST)
