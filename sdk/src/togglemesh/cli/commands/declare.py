"""Plan and apply a folder of declarations."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from togglemesh.cli.folder.reading import Unreadable
from togglemesh.cli.folder.source import Folder, read_folder
from togglemesh.cli.options import (
    Session,
    confirm,
    output_option,
    pass_session,
    reason_option,
    yes_option,
)
from togglemesh.cli.problems import DIFFERS, Misconfigured, Refused

SIGNS = {"create": "+", "change": "~", "delete": "-", "archive": "-", "adopt": "=", "kept": "!"}

_folder_option = click.option(
    "-f",
    "--folder",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="A folder with YAML files, or one file.",
)
_source_option = click.option(
    "--source", help="Who owns what is declared; `source` of the folder's togglemesh.yaml."
)
_only_option = click.option(
    "-e", "--environment", "environments", multiple=True, help="Only this environment."
)


@click.command()
@_folder_option
@_source_option
@_only_option
@click.option(
    "--detailed-exit-code", is_flag=True, help=f"Exit with {DIFFERS} when something differs."
)
@output_option
@pass_session
def plan(
    session: Session,
    /,
    *,
    folder: Path,
    source: str | None,
    environments: tuple[str, ...],
    detailed_exit_code: bool,
) -> None:
    """Show what `apply` would change; nothing is changed."""
    found = _read(folder, source)
    answer = _send(session, found, environments, reason="plan", dry_run=True)
    _show(session, answer)
    if detailed_exit_code and answer["differs"]:
        sys.exit(DIFFERS)


@click.command()
@_folder_option
@_source_option
@_only_option
@reason_option
@yes_option
@output_option
@pass_session
def apply(
    session: Session,
    /,
    *,
    folder: Path,
    source: str | None,
    environments: tuple[str, ...],
    reason: str,
    yes: bool,
) -> None:
    """Make what is there be what the folder declares; what it declared before goes."""
    found = _read(folder, source)
    if not yes:
        planned = _send(session, found, environments, reason=reason, dry_run=True)
        if not planned["differs"]:
            _show(session, planned)
            return
        _tell(planned, err=True)
        confirm("Apply this?", yes=False)
    _show(session, _send(session, found, environments, reason=reason, dry_run=False))


def _read(folder: Path, source: str | None) -> Folder:
    try:
        return read_folder(folder, source)
    except Unreadable as problem:
        raise Misconfigured(str(problem)) from None


def _send(
    session: Session, folder: Folder, environments: tuple[str, ...], *, reason: str, dry_run: bool
) -> Any:
    body: dict[str, Any] = {"reason": reason, "source": folder.source, "dry_run": dry_run}
    body["documents"] = [
        {"content": one.content, "file": one.file, "line": one.line_of(())}
        for one in folder.documents
    ]
    if environments:
        body["environments"] = list(environments)
    try:
        # Doing it twice does it once by itself, and a transaction per environment stays one.
        return session.api.post("declarations", body, once=False)
    except Refused as refused:
        told = {folder.place_of(path): text for path, text in refused.errors.items()}
        raise Refused(refused.status, told) from None


def _show(session: Session, answer: Any) -> None:
    if session.output == "json":
        session.show(answer, {})
    else:
        _tell(answer)


def _tell(answer: Any, *, err: bool = False) -> None:
    for one in answer["outcomes"]:
        if one["action"] != "same":
            for line in _lines(one):
                click.echo(line, err=err)
    counts = Counter(one["action"] for one in answer["outcomes"])
    told = ", ".join(f"{counts[action]} {action}" for action in (*SIGNS, "same") if counts[action])
    click.echo(f"{'Planned' if answer['dry_run'] else 'Applied'}: {told or 'nothing'}.", err=err)


def _lines(one: Any) -> list[str]:
    where = f"  ({one['file']}:{one['line']})" if one["file"] else ""
    lines = [f"{SIGNS[one['action']]} {one['action']} {one['subject']}{where}"]
    if one["action"] in ("kept", "adopt"):
        return [*lines, f"    {one['sentence']}"]
    if one["action"] != "change":
        return lines
    return lines + [
        f"    {each['path']}: {_value(each, 'before')} → {_value(each, 'after')}"
        for each in one["differences"]
    ]


def _value(difference: Any, name: str) -> str:
    return repr(difference[name]) if name in difference else "nothing"
