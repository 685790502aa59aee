"""What this process holds: each environment compiled, the tail of its changes, its readers."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import msgspec

from togglemesh.engine import Engine, InvalidDocument
from toggles.evaluator.answers import Answers
from toggles.evaluator.channels import Changes, Notices
from toggles.evaluator.content import Content
from toggles.evaluator.frames import data_of, frame
from toggles.evaluator.readers import Reader
from toggles.evaluator.reading import Position
from toggles.evaluator.unleash.delta import Deltas
from toggles.evaluator.unleash.state import UnleashState

log = logging.getLogger("evaluator")

LONGEST_TAIL = 1_000  # changes kept for readers that come back

Document = dict[str, Any]


class HeldEnvironment:
    """One environment. Only the event loop changes it.

    `mark` is that of the last change (see events.relay.sources). `doubted`: PostgreSQL told
    another history than was held, and Valkey's stream may still hold the old one. `features` are
    the documents by key, `client_side` are the features that client keys get, `touched` those
    that the last change may have changed, `concerns_clients` whether one of these is or was
    client-side. `said` is the environment in Unleash's words, None until somebody asks for it.
    """

    engine: Engine
    content: Content
    features: Document
    client_side: frozenset[str]
    said: UnleashState | None

    def __init__(self, snapshot: Document, mark: str) -> None:
        self.changes, self.deltas = Changes(), Deltas()
        self.notices = {aside: Notices(client_side=aside) for aside in (False, True)}
        self.channels = (self.changes, *self.notices.values(), self.deltas)
        self.answers = Answers()
        self.doubted = False
        self._begin(snapshot, mark)

    @property
    def position(self) -> Position:
        return Position(self.number, self.mark)

    @property
    def number(self) -> int:
        return self.engine.number

    @property
    def etag(self) -> bytes:
        """Names this content; the digest tells it from the same number of a restored database."""
        return b'"%d-%b"' % (self.number, self.content.digest.hex()[:16].encode())

    def readers(self) -> Iterator[Reader]:
        for channel in self.channels:
            yield from channel.readers

    def replace(self, snapshot: Document, mark: str) -> None:
        """Begin anew with this snapshot; every reader gets it."""
        self.doubted = True
        self._begin(snapshot, mark)
        for channel in self.channels:
            channel.begin(self)

    def apply(self, change: Document, mark: str) -> None:
        """Apply the next change and pass it on; what is in already is dropped.

        Raises togglemesh.engine.ChangeGap when changes are missing between.
        """
        change = _encodable_change(change)
        touched = self.engine.affected(change)
        if not self._applied(change):
            return
        self.mark, self.changed_at = mark, time.time()
        self.content.change(change)
        self._frame = b""
        self.last_frame = frame("change", change["number"], msgspec.json.encode(change))
        self._tail.append(self.last_frame)
        self.touched = touched | self.engine.affected(change)
        documents = self.engine.snapshot()
        before = self.client_side
        self._take(documents["features"], _marked(before, change["key"], documents["features"]))
        self.concerns_clients = not self.touched.isdisjoint(before | self.client_side)
        if self.said:
            self.said.change(documents, change, self.touched)
        for channel in self.channels:
            channel.tell(self)

    def unleash(self) -> UnleashState:
        """The environment as Unleash would have it; kept up from the first time on."""
        if self.said is None:
            self.said = UnleashState(self.engine.snapshot())
        return self.said

    def snapshot_frame(self) -> bytes:
        """The stream's first event; encoded once for each number."""
        if not self._frame:
            body = msgspec.json.encode(self.engine.snapshot())
            self._frame = frame("snapshot", self.number, body)
        return self._frame

    def snapshot_body(self) -> bytes:
        """The snapshot as JSON, out of the same encoding."""
        return data_of(self.snapshot_frame())

    def notice_frame(self) -> bytes:
        """OFREP's hint that decisions may have changed."""
        etag, moment = self.etag.decode(), int(self.changed_at)
        hint = {"type": "refetchEvaluation", "etag": etag, "lastModified": moment}
        return frame("message", self.number, msgspec.json.encode(hint))

    def frames_after(self, number: int) -> list[bytes] | None:
        """The changes after `number`, None when the tail does not reach back (or on) to it."""
        missing = self.number - number
        if not 0 <= missing <= len(self._tail):
            return None
        return list(self._tail)[len(self._tail) - missing :]

    def _begin(self, snapshot: Document, mark: str) -> None:
        self.mark, self.changed_at = mark, time.time()
        snapshot = snapshot | {"features": dict(_encodable(snapshot["features"]))}
        self.engine = Engine.from_snapshot(snapshot, on_invalid=_report)
        self.content = Content(snapshot)
        self._tail: deque[bytes] = deque(maxlen=LONGEST_TAIL)
        self._frame = self.last_frame = b""
        self.touched, self.concerns_clients = self.engine.features, True
        features = self.engine.snapshot()["features"]
        self._take(
            features, frozenset(key for key, one in features.items() if one.get("client_side"))
        )
        self.said = None

    def _take(self, features: Document, client_side: frozenset[str]) -> None:
        self.features, self.client_side = features, client_side
        self.answers.renew(self.engine, features, client_side)

    def _applied(self, change: Document) -> bool:
        try:
            return self.engine.apply(change)
        except InvalidDocument as problem:
            # One broken document must not keep all later changes out.
            _report(problem)
            self.engine.skip(change)
            return True


class Environments(dict[str, HeldEnvironment]):
    """All held environments, by key."""

    def numbers(self) -> dict[str, int]:
        return {key: held.number for key, held in self.items()}

    def positions(self) -> dict[str, Position]:
        return {key: held.position for key, held in self.items()}

    def readers(self) -> Iterator[Reader]:
        for held in self.values():
            yield from held.readers()


def _marked(before: frozenset[str], key: str, features: Document) -> frozenset[str]:
    marked = features.get(key, {}).get("client_side") is True
    return before | {key} if marked else before - {key}


def _encodable(documents: Document) -> Iterator[tuple[str, Any]]:
    """Without those that no answer could carry: they must not take the others along."""
    for key, document in documents.items():
        if _can_be_encoded(key, document):
            yield key, document


def _encodable_change(change: Document) -> Document:
    """One that no answer could carry takes its document away."""
    kind, document = change["kind"], change.get("document")
    if document is None or _can_be_encoded(change["key"], document):
        return change
    return {**change, "kind": f"{kind}-removed", "document": None}


def _can_be_encoded(key: str, document: Any) -> bool:
    try:
        msgspec.json.encode(document)
    except (ValueError, TypeError, OverflowError, RecursionError) as problem:
        log.error("evaluator.broken_document key=%s %s", key, problem)  # noqa: TRY400 - no fault here
        return False
    return True


def _report(problem: InvalidDocument) -> None:
    log.error("evaluator.broken_document %s", problem)
