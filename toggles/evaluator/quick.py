"""The short way of a single OFREP decision, by far the most frequent request.

It takes what is usual: a server key that was admitted before, a small body, a plain context, a
feature that has a variant. For anything else it says None and the long way answers; both ways
give the same bytes (`tests/evaluator/test_quick.py`).
"""

from __future__ import annotations

from typing import Any

import msgspec

from togglemesh.engine import Decision
from toggles.evaluator import ofrep
from toggles.evaluator.environments import HeldEnvironment
from toggles.evaluator.http import LARGEST_BODY, Scope, encode
from toggles.evaluator.parts import Parts

MOST_KEPT = 10_000

_decode = msgspec.json.Decoder().decode


def admitted(parts: Parts, scope: Scope) -> HeldEnvironment | None:
    """The environment of a usual request's key; None for any other request."""
    live, length = None, b""
    for name, value in scope["headers"]:
        if name == b"authorization":
            live = parts.keys.accepted.get(value)
        elif name == b"content-length":
            length = value
        elif name == b"origin":
            return None
    if live is None or live.kind != "server" or not length.isdigit() or parts.stale:
        return None
    if int(length) > LARGEST_BODY or live.bucket.take():
        return None
    return parts.environments.get(live.environment)


class Answers:
    """Decides, and keeps the bytes of decisions that come again: engines prepare them once."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Decision, bytes]] = {}

    def answer(self, held: HeldEnvironment, key: str, body: bytes) -> bytes | None:
        """The JSON body of a usual answer; None when the long way has to answer."""
        try:
            context: Any = _decode(body)["context"]
        except (msgspec.DecodeError, RecursionError, KeyError, TypeError):
            return None
        if not ofrep.is_plain(context):
            return None
        decision = held.engine.decide(key, context)
        kept = self._kept.get(id(decision))
        # What is kept lives on, so that its id cannot be given to another decision.
        if kept is not None and kept[0] is decision:
            return kept[1]
        if decision.variant is None or decision.reason in ofrep.UNUSUAL:
            return None
        return self._keep(decision)

    def _keep(self, decision: Decision) -> bytes:
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        body = encode(ofrep.success(decision))
        self._kept[id(decision)] = (decision, body)
        return body
