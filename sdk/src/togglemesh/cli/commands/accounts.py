"""Environments, teams, keys of SDKs, tokens of people and programs, and oneself."""

from typing import Any

import click

from togglemesh.cli.api import path_of
from togglemesh.cli.options import (
    Session,
    confirm,
    environment_option,
    output_option,
    pass_session,
    reason_option,
    yes_option,
)

ENVIRONMENTS = {"KEY": "key", "PRODUCTION": "production", "NAME": "name"}
TEAMS = {"KEY": "key", "NAME": "name"}
KEYS = {
    "SELECTOR": "selector",
    "KIND": "kind",
    "ENVIRONMENT": "environment",
    "REVOKED": "revoked_at",
    "NAME": "name",
}
TOKENS = {
    "SELECTOR": "selector",
    "KIND": "kind",
    "ACCESS": "access",
    "USED": "last_used_at",
    "EXPIRES": "expires_at",
    "REVOKED": "revoked_at",
    "NAME": "name",
}
ME = {
    "name": "name",
    "kind": "kind",
    "administrator": "administrator",
    "rights": "rights",
    "roles": "roles",
    "scope": "scope",
}


@click.group()
def environment() -> None:
    """Environments."""


@environment.command("list")
@output_option
@pass_session
def list_environments(session: Session) -> None:
    """List environments."""
    session.show(list(session.api.pages("environments")), ENVIRONMENTS)


@click.group()
def team() -> None:
    """Teams."""


@team.command("list")
@output_option
@pass_session
def list_teams(session: Session) -> None:
    """List teams."""
    session.show(list(session.api.pages("teams")), TEAMS)


@click.group()
def key() -> None:
    """Keys of SDKs and evaluators' clients."""


@key.command("list")
@environment_option(required=False)
@output_option
@pass_session
def list_keys(session: Session, /, *, environment: str | None) -> None:
    """List keys; their secret part is kept nowhere."""
    session.show(list(session.api.pages("api-keys", {"environment": environment})), KEYS)


@key.command("create")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice(["server", "client", "edge"]))
@environment_option()
@click.option("--origin", "origins", multiple=True, help="Origin of a web page that may use it.")
@reason_option
@output_option
@pass_session
def create_key(
    session: Session,
    /,
    *,
    name: str,
    kind: str,
    environment: str,
    origins: tuple[str, ...],
    reason: str,
) -> None:
    """Create a key, and print it: it is shown this once only."""
    body: dict[str, Any] = {"name": name, "kind": kind, "environment": environment}
    if origins:
        body["origins"] = list(origins)
    _show_new(session, session.api.post("api-keys", {**body, "reason": reason}), "key")


@key.command("revoke")
@click.argument("selector")
@reason_option
@yes_option
@pass_session
def revoke_key(session: Session, /, *, selector: str, reason: str, yes: bool) -> None:
    """Revoke a key for good."""
    confirm(f"Revoke the key {selector} for good?", yes=yes)
    session.api.post(path_of("api-keys", selector, "revoke"), {"reason": reason})
    click.echo(f"{selector} is revoked.", err=True)


@click.group()
def token() -> None:
    """Tokens of people and programs, as this command line needs one."""


@token.command("list")
@output_option
@pass_session
def list_tokens(session: Session) -> None:
    """List tokens; their secret part is kept nowhere."""
    session.show(list(session.api.pages("tokens")), TOKENS)


@token.command("create")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    help="TEAM=viewer, editor or owner: a program's token, with roles of its own.",
)
@click.option("--team", "teams", multiple=True, help="It reaches only this team's things.")
@click.option("--only", "environments", multiple=True, help="It reaches only this environment.")
@click.option("--read-only", is_flag=True)
@click.option("--days", type=int, help="How long it lasts.")
@reason_option
@output_option
@pass_session
def create_token(
    session: Session, /, *, name: str, roles: tuple[str, ...], reason: str, **given: Any
) -> None:
    """Create a token, and print it: it is shown this once only.

    Without --role it is your own and may what you may.
    """
    body: dict[str, Any] = {
        "name": name,
        "reason": reason,
        "kind": "service" if roles else "personal",
    }
    body |= {part: list(given[part]) for part in ("teams", "environments") if given[part]}
    body |= {"access": "read"} if given["read_only"] else {}
    body |= {"expires_in_days": given["days"]} if given["days"] else {}
    body |= {"roles": dict(_role(one) for one in roles)} if roles else {}
    _show_new(session, session.api.post("tokens", body), "token")


@token.command("revoke")
@click.argument("selector")
@reason_option
@yes_option
@pass_session
def revoke_token(session: Session, /, *, selector: str, reason: str, yes: bool) -> None:
    """Revoke a token for good."""
    confirm(f"Revoke the token {selector} for good?", yes=yes)
    session.api.post(path_of("tokens", selector, "revoke"), {"reason": reason})
    click.echo(f"{selector} is revoked.", err=True)


@click.command()
@output_option
@pass_session
def me(session: Session) -> None:
    """Tell who you are to the server, and what you may."""
    session.show(session.api.get("me"), ME)


def _role(text: str) -> tuple[str, str]:
    team_key, _, role = text.partition("=")
    if not team_key or not role:
        raise click.BadParameter(f"{text!r} must be like shop=editor", param_hint="--role")
    return team_key, role


def _show_new(session: Session, made: Any, secret: str) -> None:
    """Only the secret on standard output, for scripts."""
    if session.output == "json":
        session.show(made, {})
        return
    click.echo(f"{made['selector']}; it is shown this once only:", err=True)
    click.echo(made[secret])
