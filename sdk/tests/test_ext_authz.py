"""The first hop at an Envoy."""

import asyncio
from typing import Any

import pytest
from wire_documents import constraint, feature, rule, snapshot

from togglemesh.engine import Engine
from togglemesh.ext_authz import authorize, gate

ENGINE = Engine.from_snapshot(
    snapshot(
        feature(carried=True, rules=[rule(constraints=[constraint("group", "IN", "beta")])]),
        feature(
            "by-user", carried=True, rules=[rule(constraints=[constraint("userId", "IN", "ann")])]
        ),
        feature("by-session", rules=[rule()]),
    )
)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], "feature.by-user=off,feature.new-checkout=off"),
        ([("x-user-group", "beta")], "feature.by-user=off,feature.new-checkout=on"),
        ([("x-user-id", "ann")], "feature.by-user=on,feature.new-checkout=off"),
        (
            [("baggage", "a=1;p,feature.new-checkout=on"), ("baggage", "feature.z=on,b=2")],
            "a=1;p,b=2,feature.by-user=off,feature.new-checkout=off",
        ),
    ],
)
def test_authorize__headers__writes_its_own_decisions(
    headers: list[tuple[str, str]], expected: str
) -> None:
    assert authorize(ENGINE.decide_all_carried, headers) == [("baggage", expected)]


def test_authorize__nothing_to_decide__removes_what_came_from_outside() -> None:
    nothing = Engine.from_snapshot(snapshot()).decide_all_carried
    assert authorize(nothing, []) == []
    assert authorize(nothing, [("baggage", "a=1,feature.x=on")]) == [("baggage", "a=1")]
    assert authorize(nothing, [("baggage", "feature.x=on")]) == [
        ("x-envoy-auth-headers-to-remove", "baggage")
    ]


def ask(client: Any, headers: list[tuple[bytes, bytes]]) -> tuple[int, dict[bytes, bytes]]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/any/where", "headers": headers}
    asyncio.run(gate(client)(scope, None, send))  # type: ignore[arg-type]
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    return sent[0]["status"], dict(sent[0]["headers"])


def test_gate__request__is_let_through_with_decisions() -> None:
    status, headers = ask(ENGINE, [(b"X-User-Group", b"beta")])
    assert status == 200
    assert headers[b"baggage"] == b"feature.by-user=off,feature.new-checkout=on"


def test_gate__deciding_breaks__is_let_through_without_decisions() -> None:
    class Broken:
        def decide_all_carried(self, _context: Any) -> Any:
            raise RuntimeError("broken")

    status, headers = ask(Broken(), [(b"baggage", b"a=\xe9,feature.x=on")])
    assert (status, headers[b"baggage"]) == (200, b"a=\xe9")


def test_gate__lifespan__is_answered() -> None:
    sent: list[str] = []
    messages = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> Any:
        return {"type": next(messages)}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    async def live() -> None:
        await gate(ENGINE)({"type": "lifespan"}, receive, send)

    asyncio.run(live())
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
