"""The origins of web pages and apps that may use an API key from a browser. Pure."""

import re
from collections.abc import Sequence
from typing import Any

from governance.refusals import Invalid

ANY = "*"
MOST = 50

# As browsers send it: scheme, host and port, in lower case, nothing after it.
_OF_WEB_PAGE = re.compile(r"https?://([a-z0-9.-]{1,253}|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
# Apps (capacitor://localhost, tauri://localhost, app://shop) and extensions of browsers have
# schemes of their own. Their hosts are sent as they are written.
_OF_APP = re.compile(r"[a-z][a-z0-9+.-]{0,49}://[A-Za-z0-9._~-]{1,253}(:[0-9]{1,5})?")
# These have no origin that tells one page from another, or none at all.
_WITHOUT_ORIGIN = frozenset({"http", "https", "file", "data", "blob", "javascript", "about"})


def check_origins(origins: Sequence[Any]) -> None:
    """Raise Invalid naming `origins` for what no browser would send."""
    if len(origins) > MOST:
        raise Invalid(origins=f"At most {MOST} origins may use one key.")
    for origin in origins:
        if not isinstance(origin, str) or not _is_origin(origin):
            raise Invalid(
                origins=f"{origin!r} is no origin; write it like https://shop.example or "
                "capacitor://localhost, or *."
            )


def _is_origin(text: str) -> bool:
    if text == ANY or _OF_WEB_PAGE.fullmatch(text):
        return True
    scheme = text.partition(":")[0]
    return scheme not in _WITHOUT_ORIGIN and _OF_APP.fullmatch(text) is not None
