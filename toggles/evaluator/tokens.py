"""Tokens for the addresses of OFREP's event streams: a browser cannot send a header with them.

A token opens nothing but the stream, for an hour at most, and only while its key is live. It
stands in addresses, so nothing here is ever logged with its query.
"""

from __future__ import annotations

import hmac
import time

from toggles.evaluator.keys import Keys, LiveKey

PERIOD = 1_800  # seconds; a token is good for the rest of its period and the next one


def period(now: float | None = None) -> int:
    """The number of the present period; a new token is due with each."""
    return int((time.time() if now is None else now) // PERIOD)


def make_token(secret: bytes, selector: str, digest: str, number: int) -> str:
    """The token of a key in the period of this number."""
    expires = (number + 2) * PERIOD
    return f"{selector}.{expires}.{_sign(secret, selector, digest, expires)}"


def read_token(
    secret: bytes, keys: Keys, token: str, now: float | None = None
) -> tuple[LiveKey, float] | None:
    """The key and the seconds that are left; None for a token that opens nothing."""
    selector, _, rest = token.partition(".")
    expires, _, signature = rest.partition(".")
    live = keys.get(selector)
    if live is None or not (expires.isascii() and expires.isdigit() and len(expires) < 20):
        return None
    left = int(expires) - (time.time() if now is None else now)
    signed = _sign(secret, live.selector, live.digest, int(expires))
    good = hmac.compare_digest(signed.encode(), signature.encode("utf-8", "surrogatepass"))
    return (live, left) if good and left > 0 else None


def _sign(secret: bytes, selector: str, digest: str, expires: int) -> str:
    text = f"ofrep-events {selector} {digest} {expires}"
    return hmac.new(secret, text.encode(), "sha256").hexdigest()
