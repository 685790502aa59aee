"""Services."""

import click

from togglemesh.cli.api import path_of
from togglemesh.cli.options import Session, output_option, pass_session, reason_option

LIST = {"KEY": "key", "OWNER": "owner", "NAME": "name"}
VERSIONS = {
    "ENVIRONMENT": "environment",
    "VERSION": "version",
    "LABELS": "labels",
    "ENDPOINTS": "endpoints",
}
PLACES = {"ENVIRONMENT": "environment", "HOST": "host", "PORT": "port", "BASELINE": "baseline"}


@click.group()
def service() -> None:
    """Services, their versions and places."""


@service.command("list")
@output_option
@pass_session
def list_services(session: Session) -> None:
    """List services."""
    session.show(list(session.api.pages("services")), LIST)


@service.command("show")
@click.argument("key")
@output_option
@pass_session
def show_service(session: Session, /, *, key: str) -> None:
    """Show one service with its versions and places."""
    found = session.api.get(path_of("services", key))
    session.show(found, {title.lower(): path for title, path in LIST.items()})
    if session.output == "table":
        for part, columns in (("versions", VERSIONS), ("placements", PLACES)):
            click.echo()
            session.show(found[part], columns)


@service.command("create")
@click.argument("key")
@click.option("--name", help="For people; the key without it.")
@click.option("--owner", required=True, help="Key of the team that owns it.")
@reason_option
@output_option
@pass_session
def create_service(
    session: Session, /, *, key: str, name: str | None, owner: str, reason: str
) -> None:
    """Create a service."""
    body = {"key": key, "name": name or key, "owner": owner, "reason": reason}
    session.show(session.api.post("services", body), {t.lower(): p for t, p in LIST.items()})
