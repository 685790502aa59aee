"""The program: its options for all commands, and the commands."""

import click

from togglemesh.cli.commands.accounts import environment, key, me, team, token
from togglemesh.cli.commands.audit import audit
from togglemesh.cli.commands.configure import configure
from togglemesh.cli.commands.declare import apply, plan
from togglemesh.cli.commands.feature import feature
from togglemesh.cli.commands.rollout import rollout
from togglemesh.cli.commands.segment import segment
from togglemesh.cli.commands.service import service
from togglemesh.cli.options import Session, output_option
from togglemesh.version import VERSION

COMMANDS = (
    feature,
    segment,
    service,
    environment,
    team,
    key,
    token,
    rollout,
    audit,
    me,
    plan,
    apply,
    configure,
)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 refused, 2 usage, 3 not allowed, 4 not reachable, 5 conflict, "
    "6 the plan has differences (with --detailed-exit-code).",
)
@click.version_option(VERSION, prog_name="togglemesh")
@output_option
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=30.0,
    show_default=True,
    help="Seconds to wait for a connection, and for an answer.",
)
@click.option(
    "--idempotency-key",
    default="",
    help="Of what this command creates: run again with the same key, it is done once.",
)
@click.pass_context
def program(context: click.Context, timeout: float, idempotency_key: str) -> None:
    """Features, segments, services and rollouts of a ToggleMesh.

    Address and token come from TOGGLEMESH_URL and TOGGLEMESH_TOKEN, or from the file that
    `togglemesh configure` writes.
    """
    session = context.ensure_object(Session)
    session.timeout, session.idempotency_key = timeout, idempotency_key


for _command in COMMANDS:
    program.add_command(_command)
