"""Features: look at them, create, flip, archive, restore, delete, explain."""

import json
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

LIST = {"KEY": "key", "OWNER": "owner", "KIND": "kind", "ON IN": "on_in", "NAME": "name"}
SHOWN = {
    "key": "key",
    "name": "name",
    "description": "description",
    "kind": "kind",
    "owner": "owner",
    "lifecycle": "lifecycle",
    "tags": "tags",
    "variants": "variants",
    "off variant": "off_variant",
    "client side": "client_side",
    "routes": "carried",
    "revision": "revision",
}
TOGGLES = {"ENVIRONMENT": "environment", "REVISION": "current.number", "WHO": "current.in_words"}


@click.group()
def feature() -> None:
    """Features and their toggles."""


@feature.command("list")
@click.option("--owner", help="Only of this team.")
@click.option("--search", help="Only with this text in key, name or description.")
@output_option
@pass_session
def list_features(session: Session, /, *, owner: str | None, search: str | None) -> None:
    """List features."""
    found = list(session.api.pages("features", {"owner": owner, "search": search}))
    if session.output == "table":
        found = [{**one, "on_in": _on_in(one)} for one in found]
    session.show(found, LIST)


@feature.command("show")
@click.argument("key")
@output_option
@pass_session
def show_feature(session: Session, /, *, key: str) -> None:
    """Show one feature, and who has it in each environment."""
    found = session.api.get(path_of("features", key))
    session.show(found, SHOWN)
    if session.output == "table":
        click.echo()
        session.show(found["toggles"], TOGGLES)


@feature.command("create")
@click.argument("key")
@click.option("--name", help="For people; the key without it.")
@click.option("--owner", required=True, help="Key of the team that owns it.")
@click.option("--kind", help="release, experiment, operational, permission or kill-switch.")
@click.option("--description")
@click.option("--tag", "tags", multiple=True, help="May be given several times.")
@click.option("--variants", help='As JSON: {"off": {"value": false}, "on": {"value": true}}')
@click.option("--off-variant")
@click.option("--client-side", is_flag=True, help="Browsers and phones get its decisions.")
@reason_option
@output_option
@pass_session
def create_feature(session: Session, /, *, key: str, reason: str, **given: Any) -> None:
    """Create a feature; it is off in every environment."""
    body = {"key": key, "reason": reason, "name": given.pop("name") or key}
    body |= {name: value for name, value in given.items() if value}
    if given["tags"]:
        body["tags"] = list(given["tags"])
    if given["variants"]:
        body["variants"] = _json(given["variants"], "--variants")
    session.show(session.api.post("features", body), SHOWN)


@feature.command("flip")
@click.argument("key")
@environment_option()
@click.option("--on/--off", "enabled", default=None, help="The opposite of now without it.")
@reason_option
@output_option
@pass_session
def flip_feature(
    session: Session, /, *, key: str, environment: str, enabled: bool | None, reason: str
) -> None:
    """Turn a feature on or off in an environment; who has it stays as it is."""
    toggle = path_of("features", key, "toggles", environment)
    body: dict[str, Any] = {"reason": reason, "enabled": enabled}
    if enabled is None:
        now = session.api.get(toggle)["current"]
        # Refused when somebody else was faster: the opposite is then another one.
        body |= {"enabled": not now["enabled"], "expected_revision": now["number"]}
    made = session.api.post(f"{toggle}/switch", body)
    if session.output == "json":
        session.show(made, {})
    else:
        # On does not mean that anybody has it: the server says who.
        told = f"{key} is {'on' if body['enabled'] else 'off'} in {environment}."
        click.echo(f"{told} {made['in_words']}" if "in_words" in made else told)


@feature.command("archive")
@click.argument("key")
@reason_option
@yes_option
@pass_session
def archive_feature(session: Session, /, *, key: str, reason: str, yes: bool) -> None:
    """Take a feature out of service everywhere."""
    confirm(f"Archive {key} in every environment?", yes=yes)
    session.api.post(path_of("features", key, "archive"), {"reason": reason})
    click.echo(f"{key} is archived.", err=True)


@feature.command("restore")
@click.argument("key")
@reason_option
@pass_session
def restore_feature(session: Session, /, *, key: str, reason: str) -> None:
    """Bring an archived feature back as it was."""
    session.api.post(path_of("features", key, "restore"), {"reason": reason})
    click.echo(f"{key} is restored.", err=True)


@feature.command("delete")
@click.argument("key")
@reason_option
@yes_option
@pass_session
def delete_feature(session: Session, /, *, key: str, reason: str, yes: bool) -> None:
    """Delete an archived feature for good."""
    confirm(f"Delete {key} for good?", yes=yes)
    session.api.delete(path_of("features", key), {"reason": reason})
    click.echo(f"{key} is deleted.", err=True)


@feature.command("explain")
@click.argument("key")
@environment_option()
@click.option("--context", "context_text", help='As JSON: {"userId": "ann"}')
@click.option("--user", help="Short for a context with this userId.")
@output_option
@pass_session
def explain_feature(
    session: Session, /, *, key: str, environment: str, context_text: str | None, user: str | None
) -> None:
    """Tell why somebody gets what they get."""
    context = _json(context_text or "{}", "--context")
    if user is not None:
        context["userId"] = user
    body = {"environment": environment, "context": context}
    told = session.api.post(path_of("features", key, "explain"), body, once=False)
    if session.output == "json":
        session.show(told, {})
    else:
        click.echo("\n".join(told["lines"]))


def _on_in(found: dict[str, Any]) -> list[str]:
    if found.get("lifecycle") == "archived":
        return ["archived"]
    toggles = found.get("toggles", [])
    return [one["environment"] for one in toggles if one["current"]["enabled"]]


def _json(text: str, option: str) -> Any:
    try:
        found = json.loads(text)
    except ValueError as problem:
        raise click.BadParameter(f"is not JSON: {problem}", param_hint=option) from None
    if not isinstance(found, dict):
        raise click.BadParameter("must be an object", param_hint=option)
    return found
