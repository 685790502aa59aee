"""Segments."""

from pathlib import Path
from typing import Any

import click

from togglemesh.cli.api import path_of
from togglemesh.cli.folder.reading import Unreadable, read_documents
from togglemesh.cli.options import (
    Session,
    confirm,
    output_option,
    pass_session,
    reason_option,
    yes_option,
)
from togglemesh.cli.problems import Misconfigured, Refused

LIST = {"KEY": "key", "OWNER": "owner", "NAME": "name"}
SHOWN = {
    "key": "key",
    "name": "name",
    "owner": "owner",
    "revision": "revision",
    "constraints": "constraints",
    "when": "when",
}


@click.group()
def segment() -> None:
    """Segments: named sets of constraints."""


@segment.command("list")
@output_option
@pass_session
def list_segments(session: Session) -> None:
    """List segments."""
    session.show(list(session.api.pages("segments")), LIST)


@segment.command("show")
@click.argument("key")
@output_option
@pass_session
def show_segment(session: Session, /, *, key: str) -> None:
    """Show one segment."""
    session.show(session.api.get(path_of("segments", key)), SHOWN)


@segment.command("set")
@click.argument("key")
@click.option(
    "-f",
    "--file",
    "file",
    required=True,
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="YAML or JSON with name, constraints, and if you like when and owner.",
)
@reason_option
@output_option
@pass_session
def set_segment(session: Session, /, *, key: str, file: Path, reason: str) -> None:
    """Create or change a segment; every environment gets it."""
    body: dict[str, Any] = {"name": key, "constraints": [], **_object(file), "reason": reason}
    body.pop("segment", None)  # a file as for `apply` says its key itself
    try:
        session.api.get(path_of("segments", key))
    except Refused as refused:
        if refused.status != 404:
            raise
        session.show(session.api.post("segments", {**body, "key": key}), SHOWN)
    else:
        session.show(session.api.put(path_of("segments", key), body), SHOWN)


@segment.command("delete")
@click.argument("key")
@reason_option
@yes_option
@pass_session
def delete_segment(session: Session, /, *, key: str, reason: str, yes: bool) -> None:
    """Delete a segment that nothing asks for."""
    confirm(f"Delete the segment {key}?", yes=yes)
    session.api.delete(path_of("segments", key), {"reason": reason})
    click.echo(f"{key} is deleted.", err=True)


def _object(file: Path) -> dict[str, Any]:
    try:
        documents = read_documents(file.read_bytes(), str(file))
    except Unreadable as problem:
        raise Misconfigured(str(problem)) from None
    if len(documents) != 1:
        raise Misconfigured(f"{file}: must hold one segment.")
    return documents[0].content
