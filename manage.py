#!/usr/bin/env python
"""The one command line of ToggleMesh; `manage.py up` starts the whole embedded stack."""

import os
import sys


def main() -> int:
    words = sys.argv[1:]
    if words[:1] == ["up"]:
        return _up(words[1:])
    if words[:2] == ["help", "up"]:
        return _up(["--help"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controlplane.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    from controlplane.configuration import BadConfiguration  # noqa: PLC0415
    from controlplane.stack.join import environ_to_join  # noqa: PLC0415

    try:
        os.environ.update(environ_to_join(os.environ))
        execute_from_command_line(sys.argv)
    except BadConfiguration as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def _up(words: list[str]) -> int:
    """Before Django: its settings need the addresses that `up` makes."""
    from controlplane.stack import up  # noqa: PLC0415
    from demo import stack as shop  # noqa: PLC0415

    return up.main(words, shop)


if __name__ == "__main__":
    sys.exit(main())
