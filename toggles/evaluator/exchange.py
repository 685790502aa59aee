"""One request and its answer, as handlers see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from accounts.addresses import Network, client_address
from toggles.evaluator.http import LARGEST_BODY, Headers, Receive, Scope, Send, read_body
from toggles.evaluator.input import read_query

if TYPE_CHECKING:
    from toggles.evaluator.keys import LiveKey

FORWARDED = b"x-forwarded-for"


class Exchange:
    """`live` is the key that was admitted, None before. `trusted` are the proxies that vouch for
    who asks."""

    __slots__ = ("headers", "live", "method", "path", "receive", "scope", "send", "trusted")

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, trusted: Sequence[Network] = ()
    ) -> None:
        self.trusted = trusted
        self.scope, self.receive, self.send = scope, receive, send
        self.path: str = scope["path"]
        self.method: str = scope["method"]
        self.headers: Headers = dict(scope["headers"])
        self.live: LiveKey | None = None

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters; of one that comes twice the last counts."""
        return read_query(self.scope["query_string"].decode("latin-1"))

    @property
    def address(self) -> str:
        """The address of who asks; empty when the server does not know it."""
        client = self.scope.get("client")
        peer = str(client[0]) if client else ""
        if not self.trusted:
            return peer
        headers = self.scope["headers"]
        forwarded = [value.decode("latin-1") for name, value in headers if name == FORWARDED]
        return client_address(peer, forwarded, self.trusted)

    async def body(self, largest: int = LARGEST_BODY) -> bytes:
        return await read_body(self.headers, self.receive, largest)

    def has_tag(self, etag: bytes) -> bool:
        """Whether the client says that it has exactly this answer."""
        sent = self.headers.get(b"if-none-match", b"").split(b",")
        return any(tag.strip().removeprefix(b"W/") == etag for tag in sent)
