"""Address and token: from the environment, else from the file that `configure` writes."""

import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import click

from togglemesh.cli.problems import Misconfigured

URL, TOKEN = "TOGGLEMESH_URL", "TOGGLEMESH_TOKEN"


@dataclass(frozen=True, slots=True)
class Configuration:
    """`token` is secret: it is never printed."""

    url: str
    token: str


def config_file() -> Path:
    """As the XDG base directories have it: `~/.config/togglemesh/config.toml`."""
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "togglemesh" / "config.toml"


def read_configuration() -> Configuration:
    """Raises Misconfigured, which says what to do."""
    written = _written()
    url = os.environ.get(URL) or written.get("url", "")
    token = os.environ.get(TOKEN) or written.get("token", "")
    if not url or not token:
        raise Misconfigured(f"Set {URL} and {TOKEN}, or run `togglemesh configure`.")
    if not token.isascii() or not token.isprintable():
        raise Misconfigured("The token must be as it was shown when it was created.")
    return Configuration(url, token)


def write_configuration(found: Configuration) -> Path:
    """Readable by its owner alone, from its first moment on."""
    file = config_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    # A TOML basic string is what JSON writes of ASCII.
    text = f"url = {json.dumps(found.url)}\ntoken = {json.dumps(found.token)}\n"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    fresh.replace(file)
    return file


def _written() -> dict[str, str]:
    file = config_file()
    try:
        content = file.read_text(encoding="utf-8")
        found = tomllib.loads(content)
        open_to_others = file.stat().st_mode & 0o077
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as problem:
        raise Misconfigured(f"{file}: {problem}") from None
    if open_to_others and os.name == "posix":
        click.echo(f"Warning: others can read {file}; run: chmod 600 {file}", err=True)
    return {name: value for name, value in found.items() if isinstance(value, str)}
