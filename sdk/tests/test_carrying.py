"""The request chain's decisions in a context variable, and the middleware that fills it."""

import asyncio
import threading
from contextvars import copy_context
from functools import partial
from typing import Any

from togglemesh import (
    BaggageMiddleware,
    WsgiBaggageMiddleware,
    carried_decisions,
    carry,
    outgoing_baggage,
)

HEADER = "a=1,feature.x=on"


def test_carry__nested__gives_back_the_outer_one() -> None:
    assert carried_decisions() == {}
    with carry(HEADER):
        with carry(None):
            assert carried_decisions() == {}
            assert outgoing_baggage() is None
        assert carried_decisions() == {"x": "on"}
    assert outgoing_baggage() is None


def test_carry__first_hop__removes_decisions_from_outside() -> None:
    with carry(HEADER, first_hop=True):
        assert carried_decisions() == {}
        assert outgoing_baggage() == "a=1"


def test_carry__another_thread__has_its_own_unless_given_the_context() -> None:
    found: list[Any] = []

    def look() -> None:
        found.append(dict(carried_decisions()))

    with carry(HEADER):
        for run in (look, partial(copy_context().run, look)):
            thread = threading.Thread(target=run)
            thread.start()
            thread.join()
    assert found == [{}, {"x": "on"}]


def seen_by_asgi(scope: dict[str, Any], **options: Any) -> str | None:
    seen: list[str | None] = []

    async def app(*_: Any) -> None:
        await asyncio.sleep(0)
        seen.append(outgoing_baggage())

    asyncio.run(BaggageMiddleware(app, **options)(scope, None, None))  # type: ignore[arg-type]
    return seen[0]


def test_asgi__several_headers__are_joined() -> None:
    headers = [(b"baggage", b"a=1"), (b"host", b"h"), (b"Baggage", b"feature.x=on")]
    assert seen_by_asgi({"type": "http", "headers": headers}) == HEADER
    assert seen_by_asgi({"type": "websocket", "headers": headers}) == HEADER
    assert seen_by_asgi({"type": "http", "headers": headers}, first_hop=True) == "a=1"


def test_asgi__no_header_or_no_request__carries_nothing() -> None:
    assert seen_by_asgi({"type": "http", "headers": []}) is None
    assert seen_by_asgi({"type": "lifespan"}) is None


def test_asgi__requests_at_once__each_has_its_own() -> None:
    seen: dict[str, Any] = {}

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        await asyncio.sleep(0)
        seen[scope["path"]] = dict(carried_decisions())

    async def both() -> None:
        middleware = BaggageMiddleware(app)
        await asyncio.gather(
            *(
                middleware(
                    {
                        "type": "http",
                        "path": v,
                        "headers": [(b"baggage", f"feature.x={v}".encode())],
                    },
                    None,  # type: ignore[arg-type]
                    None,  # type: ignore[arg-type]
                )
                for v in ("on", "off")
            )
        )

    asyncio.run(both())
    assert seen == {"on": {"x": "on"}, "off": {"x": "off"}}


class LazyBody:
    """A body that looks at the chain only when it is read, as generators do."""

    closed = False

    def __iter__(self) -> Any:
        for _ in range(2):
            yield (outgoing_baggage() or "none").encode()

    def close(self) -> None:
        self.closed = True


def test_wsgi__bodies_read_in_turns__each_has_its_own() -> None:
    bodies = [LazyBody(), LazyBody()]
    given = iter(bodies)
    app = WsgiBaggageMiddleware(lambda _environ, _start: next(given))
    one = app({"HTTP_BAGGAGE": HEADER}, lambda *_: None)
    two = app({}, lambda *_: None)
    first, second = iter(one), iter(two)
    assert [next(first), next(second), next(first), next(second)] == [
        HEADER.encode(),
        b"none",
        HEADER.encode(),
        b"none",
    ]
    one.close()
    assert bodies[0].closed
    assert outgoing_baggage() is None


def test_wsgi__first_hop__removes_decisions_from_outside() -> None:
    app = WsgiBaggageMiddleware(lambda *_: [str(outgoing_baggage()).encode()], first_hop=True)
    assert list(app({"HTTP_BAGGAGE": HEADER}, lambda *_: None)) == [b"a=1"]
