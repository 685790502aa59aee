"""Write the configuration file."""

import sys

import click

from togglemesh.cli.api import Api
from togglemesh.cli.configuration import Configuration, write_configuration
from togglemesh.cli.options import Session, is_terminal, pass_session


@click.command()
@click.option(
    "--url",
    prompt="Address of ToggleMesh",
    envvar="TOGGLEMESH_URL",
    help="Like https://togglemesh.example.org",
)
@pass_session
def configure(session: Session, /, *, url: str) -> None:
    """Keep address and token in ~/.config/togglemesh/config.toml, readable by you alone.

    The token is asked for, or read from standard input; as an argument others could see it.
    """
    if is_terminal():
        token = str(click.prompt("Token", hide_input=True, err=True))
    else:
        token = sys.stdin.readline()
    found = Configuration(url.strip().rstrip("/"), token.strip())
    me = Api(found, timeout=session.timeout).get("me")
    file = write_configuration(found)
    click.echo(f"You are {me['name']}. Kept in {file}.", err=True)
