"""The origins of web pages that may use an API key from a browser. Pure."""

import re
from collections.abc import Sequence
from typing import Any

from governance.refusals import Invalid

ANY = "*"
MOST = 50

# As browsers send it: scheme, host and port, in lower case, nothing after it.
_ORIGIN = re.compile(r"https?://[a-z0-9.-]{1,253}(:\d{1,5})?|https?://\[[0-9a-f:.]+\](:\d{1,5})?")


def check_origins(origins: Sequence[Any]) -> None:
    """Raise Invalid naming `origins` for what no browser would send."""
    if len(origins) > MOST:
        raise Invalid(origins=f"At most {MOST} origins may use one key.")
    for origin in origins:
        if not isinstance(origin, str) or (origin != ANY and not _ORIGIN.fullmatch(origin)):
            raise Invalid(
                origins=f"{origin!r} is no origin; write it like https://shop.example, or *."
            )
