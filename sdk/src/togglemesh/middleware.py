"""Brings the `baggage` header of each request into `carry`, for ASGI and WSGI applications."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from contextvars import Context, copy_context
from typing import Any

from togglemesh.carrying import carry, start_chain
from togglemesh.signing import Signer

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BaggageMiddleware:
    """ASGI. With `first_hop`, decisions that come in are removed: set it where requests enter
    from outside and no gateway removes them. For `signer` see `carry`.
    """

    def __init__(
        self, app: AsgiApp, *, first_hop: bool = False, signer: Signer | None = None
    ) -> None:
        self.app, self.first_hop, self.signer = app, first_hop, signer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        with carry(baggage_of(scope), first_hop=self.first_hop, signer=self.signer):
            await self.app(scope, receive, send)


def baggage_of(scope: Scope) -> str | None:
    """All `baggage` headers of an ASGI request, joined as HTTP says; None without any."""
    found = [value for name, value in scope["headers"] if name.lower() == b"baggage"]
    return b",".join(found).decode("latin-1") if found else None


class WsgiBaggageMiddleware:
    """WSGI; `first_hop` and `signer` as for BaggageMiddleware."""

    def __init__(
        self, app: WsgiApp, *, first_hop: bool = False, signer: Signer | None = None
    ) -> None:
        self.app, self.first_hop, self.signer = app, first_hop, signer

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> "_Body":
        # A context of its own: the server reads the body after this call has returned, and two
        # requests may take turns on one thread while their bodies are read.
        context = copy_context()
        header = environ.get("HTTP_BAGGAGE")
        context.run(start_chain, header, first_hop=self.first_hop, signer=self.signer)
        return _Body(context, context.run(self.app, environ, start_response))


class _Body:
    def __init__(self, context: Context, body: Iterable[bytes]) -> None:
        self._context, self._body = context, body

    def __iter__(self) -> Iterator[bytes]:
        parts = self._context.run(iter, self._body)
        while (part := self._context.run(next, parts, None)) is not None:
            yield part

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close is not None:
            self._context.run(close)
