"""The command line `togglemesh`, over the management API. Needs the extra: `togglemesh[cli]`.

Exit codes: 0 done; 1 refused by the server; 2 usage, or files that cannot be read; 3 not signed in
or not allowed; 4 the server cannot be reached; 5 conflict; 6 `plan --detailed-exit-code` found
differences.
"""

import sys

NEEDED = ("click", "yaml")


def main() -> None:
    """The entry point; without the extra it says what to install."""
    try:
        from togglemesh.cli.program import program  # noqa: PLC0415 - its libraries may be missing
    except ModuleNotFoundError as missing:
        if missing.name not in NEEDED:
            raise
        print(
            "togglemesh: the command line needs its libraries: pip install 'togglemesh[cli]'",
            file=sys.stderr,
        )
        sys.exit(2)
    program(prog_name="togglemesh")
