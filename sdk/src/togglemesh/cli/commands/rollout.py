"""Rollouts."""

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

LIST = {
    "ID": "id",
    "FEATURE": "feature",
    "ENVIRONMENT": "environment",
    "VARIANT": "variant",
    "STATE": "state",
    "STARTED": "started_at",
}
SHOWN = {
    "id": "id",
    "feature": "feature",
    "environment": "environment",
    "variant": "variant",
    "state": "state",
    "now": "headline",
    "why": "why",
    "exposed": "exposed",
    "author": "author",
    "reason": "reason",
}
STEPS = {"STEP": "title", "STATUS": "status", "BAKE SECONDS": "bake_seconds"}


@click.group()
def rollout() -> None:
    """Rollouts: a variant reaches everyone step by step."""


@rollout.command("list")
@click.option("--feature", help="Only of this feature.")
@environment_option(required=False)
@output_option
@pass_session
def list_rollouts(session: Session, /, *, feature: str | None, environment: str | None) -> None:
    """List rollouts, the newest first."""
    query = {"feature": feature, "environment": environment}
    session.show(list(session.api.pages("rollouts", query)), LIST)


@rollout.command("show")
@click.argument("rollout_id")
@output_option
@pass_session
def show_rollout(session: Session, /, *, rollout_id: str) -> None:
    """Show one rollout and its steps."""
    _show(session, session.api.get(path_of("rollouts", rollout_id)))


@rollout.command("start")
@click.argument("feature")
@environment_option()
@click.option("--variant", default="on", show_default=True)
@click.option(
    "--step",
    "steps",
    multiple=True,
    help="A percentage or the key of a segment, and if you like the seconds to bake: 10:300.",
)
@click.option("--gate", "gate", multiple=True, help="A part of the gate: min_requests=50.")
@click.option("--template", help="Key of a rollout template, in place of --step and --gate.")
@reason_option
@output_option
@pass_session
def start_rollout(
    session: Session, /, *, feature: str, environment: str, variant: str, reason: str, **given: Any
) -> None:
    """Start a rollout of a feature's variant."""
    body = {"feature": feature, "environment": environment, "variant": variant}
    body |= {"reason": reason, **_plan(session, **given)}
    _show(session, session.api.post("rollouts", body))


def _plan(
    session: Session, steps: tuple[str, ...], gate: tuple[str, ...], template: str | None
) -> dict[str, Any]:
    if template and (steps or gate):
        raise click.UsageError("Give either --template, or --step and --gate.")
    if template:
        found = session.api.get(path_of("rollout-templates", template))
        return {"steps": found["steps"], "gate": found["gate"]}
    if not steps:
        raise click.UsageError("Give at least one --step, or a --template.")
    planned: dict[str, Any] = {"steps": [_step(one) for one in steps]}
    return planned | ({"gate": dict(_part(one) for one in gate)} if gate else {})


def _step(text: str) -> dict[str, Any]:
    what, _, seconds = text.partition(":")
    what = what.removesuffix("%").strip()
    step: dict[str, Any] = {"percentage": int(what)} if what.isdecimal() else {"segment": what}
    if seconds:
        if not seconds.isdecimal():
            raise click.BadParameter(f"{text!r} must be like 10:300", param_hint="--step")
        step["bake_seconds"] = int(seconds)
    return step


def _part(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    return name, int(value) if value.isdecimal() else _float(value)


def _float(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _show(session: Session, found: Any) -> None:
    session.show(found, SHOWN)
    if session.output == "table":
        click.echo()
        session.show(found["steps"], STEPS)


def _steer(name: str, sentence: str, *, asks: bool = False) -> None:
    """One command of those that only name a rollout."""

    @rollout.command(name, help=sentence)
    @click.argument("rollout_id")
    @reason_option
    @yes_option
    @output_option
    @pass_session
    def command(session: Session, /, *, rollout_id: str, reason: str, yes: bool) -> None:
        if asks:
            confirm(f"{name.capitalize()} the rollout {rollout_id}?", yes=yes)
        body = {"reason": reason}
        _show(session, session.api.post(path_of("rollouts", rollout_id, name), body))


_steer("pause", "Stop where it is; the gate goes on watching.")
_steer("resume", "Go on from where it was paused.")
_steer("promote", "Skip the rest of this step's bake.")
_steer("abort", "Take it back: the toggle first, then the routes.", asks=True)
