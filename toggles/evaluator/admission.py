"""Who is asking: the API key of a request, and the environment that it opens."""

from __future__ import annotations

import math
from collections.abc import Iterable

from toggles.evaluator.database import Database
from toggles.evaluator.environments import Environments, HeldEnvironment
from toggles.evaluator.exchange import Exchange
from toggles.evaluator.http import Headers, Refused, refusal
from toggles.evaluator.keys import Keys, LiveKey

PAUSE = 1.0  # seconds between readings for the sake of unknown keys
MOST_WAITING = 100  # requests with unknown keys that may wait for the next reading

AGAIN = [(b"retry-after", b"1")]
CHALLENGE = [(b"www-authenticate", b'Bearer realm="togglemesh"')]


class Admission:
    """Turns a request's headers into a live key and its environment, or a refusal."""

    def __init__(self, keys: Keys, environments: Environments, database: Database) -> None:
        self.keys, self.environments, self.database = keys, environments, database
        self._waiting = 0

    def known(
        self, exchange: Exchange, kinds: frozenset[str]
    ) -> tuple[LiveKey, HeldEnvironment] | None:
        """The same for a header that was admitted before, without waiting; None for any other."""
        live = self.keys.accepted.get(exchange.headers.get(b"authorization", b""))
        if live is None or live.kind not in kinds:
            return None
        held = self.environments.get(live.environment)
        if held is None:
            return None
        exchange.live = live
        seconds = live.bucket.take()
        if seconds:
            raise _too_many(seconds)
        return live, held

    async def admit(
        self, exchange: Exchange, kinds: frozenset[str]
    ) -> tuple[LiveKey, HeldEnvironment]:
        """Raises Refused: 401, 403 for a key of another kind, 429 for too many requests, 503 when
        the key cannot be known now."""
        return self.known(exchange, kinds) or self.open(
            exchange, await self._identify(exchange.headers), kinds
        )

    def open(
        self, exchange: Exchange, live: LiveKey, kinds: frozenset[str]
    ) -> tuple[LiveKey, HeldEnvironment]:
        """What `admit` answers, once the key is known."""
        exchange.live = live
        if live.kind not in kinds:
            raise refusal(403, f"A key of kind {live.kind!r} may not do this.")
        seconds = live.bucket.take()
        if seconds:
            raise _too_many(seconds)
        held = self.environments.get(live.environment)
        if held is None:
            raise refusal(503, f"Environment {live.environment!r} is not loaded yet.", AGAIN)
        return live, held

    async def find_all(self, texts: Iterable[str]) -> dict[str, LiveKey]:
        """Those of the texts that are live keys; 503 when that cannot be known now."""
        texts = list(texts)
        if any(self.keys.may_be_new(text) for text in texts) and not await self._read_again():
            raise refusal(
                503, "Not all of these keys are known here, or can be looked up now.", AGAIN
            )
        found = {text: self.keys.find(text) for text in texts}
        return {text: live for text, live in found.items() if live is not None}

    async def _identify(self, headers: Headers) -> LiveKey:
        header = headers.get(b"authorization", b"")
        text = _token(header) or headers.get(b"x-api-key", b"").decode("latin-1").strip()
        live = self.keys.find(text) or await self._look_again(text)
        if _token(header):
            self.keys.accept(header, live)
        return live

    async def _look_again(self, text: str) -> LiveKey:
        """An unknown key may be a new one: see whether PostgreSQL has it by now."""
        if not self.keys.may_be_new(text):
            raise _unauthorized(text)
        known = await self._read_again()
        live = self.keys.find(text)
        if live is None and not known:
            # Not 401: an SDK would take that for final.
            raise refusal(
                503, "This API key is not known here, and cannot be looked up now.", AGAIN
            )
        if live is None:
            raise _unauthorized(text)
        return live

    async def _read_again(self) -> bool:
        """Have PostgreSQL asked; False when it is out of reach."""
        if self._waiting >= MOST_WAITING:
            raise refusal(503, "Too many unknown API keys at once.", AGAIN)
        self._waiting += 1
        try:
            return await self.database.check_soon(PAUSE)
        finally:
            self._waiting -= 1


def _token(header: bytes) -> str:
    """The key after `Bearer`, or alone as SDKs of Unleash send it."""
    scheme, blank, token = header.strip().partition(b" ")
    if not blank and scheme.lower() != b"bearer":
        token = scheme
    elif scheme.lower() != b"bearer":
        return ""
    return token.decode("latin-1").strip()


def _too_many(seconds: float) -> Refused:
    return refusal(
        429,
        "This API key makes too many requests.",
        [(b"retry-after", b"%d" % max(1, math.ceil(seconds)))],
    )


def _unauthorized(text: str) -> Refused:
    details = (
        "This API key is unknown or revoked."
        if text
        else ("Send an API key as `Authorization: Bearer KEY` or `X-API-Key: KEY`.")
    )
    return refusal(401, details, CHALLENGE)
