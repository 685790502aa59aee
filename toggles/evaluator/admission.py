"""Who is asking: the API key of a request, and the environment that it opens."""

from __future__ import annotations

from toggles.evaluator.database import Database
from toggles.evaluator.environments import Environments, HeldEnvironment
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
        self, headers: Headers, kinds: frozenset[str]
    ) -> tuple[LiveKey, HeldEnvironment] | None:
        """The same for a header that was admitted before, without waiting; None for any other."""
        live = self.keys.accepted.get(headers.get(b"authorization", b""))
        if live is None or live.kind not in kinds:
            return None
        held = self.environments.get(live.environment)
        return (live, held) if held else None

    async def admit(
        self, headers: Headers, kinds: frozenset[str]
    ) -> tuple[LiveKey, HeldEnvironment]:
        """Raises Refused: 401, 403 for a key of another kind, 503 when it cannot be known now."""
        live = await self._identify(headers.get(b"authorization", b""), headers)
        if live.kind not in kinds:
            raise refusal(403, f"A key of kind {live.kind!r} may not do this.")
        held = self.environments.get(live.environment)
        if held is None:
            raise refusal(503, f"Environment {live.environment!r} is not loaded yet.", AGAIN)
        return live, held

    async def _identify(self, header: bytes, headers: Headers) -> LiveKey:
        text = _bearer(header) or headers.get(b"x-api-key", b"").decode("latin-1").strip()
        live = self.keys.find(text) or await self._look_again(text)
        if _bearer(header):
            self.keys.accept(header, live)
        return live

    async def _look_again(self, text: str) -> LiveKey:
        """An unknown key may be a new one: see whether PostgreSQL has it by now."""
        if not self.keys.may_be_new(text):
            raise _unauthorized(text)
        if self._waiting >= MOST_WAITING:
            raise refusal(503, "Too many unknown API keys at once.", AGAIN)
        self._waiting += 1
        try:
            known = await self.database.check_soon(PAUSE)
        finally:
            self._waiting -= 1
        live = self.keys.find(text)
        if live is None and not known:
            # Not 401: an SDK would take that for final.
            raise refusal(
                503, "This API key is not known here, and cannot be looked up now.", AGAIN
            )
        if live is None:
            raise _unauthorized(text)
        return live


def _bearer(header: bytes) -> str:
    scheme, _, token = header.partition(b" ")
    return token.decode("latin-1").strip() if scheme.lower() == b"bearer" else ""


def _unauthorized(text: str) -> Refused:
    details = (
        "This API key is unknown or revoked."
        if text
        else ("Send an API key as `Authorization: Bearer KEY` or `X-API-Key: KEY`.")
    )
    return refusal(401, details, CHALLENGE)
