"""The client's copy of its environment: takes snapshots and changes, tells who listens."""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from threading import Event, Lock
from typing import Any

from togglemesh.engine import ChangeGap, Engine, InvalidDocument, InvalidSnapshot

log = logging.getLogger(__name__)

OnChange = Callable[[frozenset[str]], None]


class Replica:
    """Written by one thread, read by all. `engine` is None until something is loaded."""

    def __init__(self, keep: Callable[[Engine], None] | None = None) -> None:
        self.engine: Engine | None = None
        self.loaded = Event()
        self._keep = keep
        self._listeners: list[OnChange] = []
        self._waiting: list[Callable[[], None]] = []
        self._lock = Lock()

    def again(self, keep: Callable[[Engine], None]) -> "Replica":
        """A copy with locks of its own, for a forked child."""
        copy = Replica(keep)
        copy._listeners = self._listeners
        if self.engine is not None:
            copy.start_from(self.engine)
        return copy

    def start_from(self, engine: Engine) -> None:
        """Begins with what was known earlier; not told to listeners, and not kept again."""
        with self._lock:
            self.engine = engine
            waiting, self._waiting = self._waiting, []
        self.loaded.set()
        for callback in waiting:
            _call(callback)

    def when_loaded(self, callback: Callable[[], None]) -> None:
        """Calls back once, from whichever thread: at once when there is something already."""
        with self._lock:
            if self.engine is None:
                self._waiting = [*self._waiting, callback]
                return
        callback()

    def not_waiting(self, callback: Callable[[], None]) -> None:
        """Who waited has given up."""
        with self._lock:
            self._waiting = [one for one in self._waiting if one is not callback]

    def load(self, snapshot: Mapping[str, Any]) -> None:
        """Replaces everything. Raises InvalidDocument, and keeps what it has, if unsound."""
        before = self.engine.snapshot() if self.engine else {"features": {}, "segments": {}}
        engine = self._build(snapshot)
        self.start_from(engine)
        self._changed(engine, _differing(before, engine))

    def apply(self, change: Mapping[str, Any]) -> None:
        """Raises ChangeGap. A broken document is reported, and what is known stays."""
        engine = self.engine
        if engine is None:
            raise ChangeGap(0, change["number"])
        try:
            affected = engine.affected(change)
            if not engine.apply(change):
                return
        except InvalidSnapshot:
            raise  # not even its number can be trusted
        except InvalidDocument as problem:
            _report(problem)
            engine.skip(change)
            return
        self._changed(engine, affected)

    def _build(self, snapshot: Mapping[str, Any]) -> Engine:
        """A broken feature keeps the document that is known, or is left out without one."""
        engine = Engine.from_snapshot(snapshot, on_invalid=_report)
        known = self.engine.snapshot()["features"] if self.engine else {}
        broken = snapshot["features"].keys() - engine.features
        kept = {key: known[key] for key in broken if key in known}
        if not kept:
            return engine
        features = {**engine.snapshot()["features"], **kept}
        return Engine.from_snapshot({**snapshot, "features": features})

    def listen(self, listener: OnChange) -> Callable[[], None]:
        """Calls back with the keys that may decide differently; gives what ends it."""
        with self._lock:
            self._listeners = [*self._listeners, listener]
        return lambda: self._forget(listener)

    def _forget(self, listener: OnChange) -> None:
        with self._lock:
            self._listeners = [one for one in self._listeners if one is not listener]

    def _changed(self, engine: Engine, keys: frozenset[str]) -> None:
        if self._keep is not None:
            self._keep(engine)
        for listener in self._listeners if keys else ():
            _call(partial(listener, keys))


def _call(callback: Callable[[], None]) -> None:
    try:
        callback()
    except Exception:  # the caller's own code; the stream must go on
        log.exception("client.listener_failed")


def _differing(before: Mapping[str, Any], engine: Engine) -> frozenset[str]:
    """The keys of the features that may decide differently; all, when a segment differs."""
    after = engine.snapshot()
    old, new = before["features"], after["features"]
    if before["segments"] != after["segments"]:
        return frozenset(old.keys() | new.keys())
    differ = [key for key in old.keys() | new.keys() if old.get(key) != new.get(key)]
    others = (engine.affected({"kind": "feature", "key": key}) for key in differ)
    return frozenset(differ).union(*others)


def _report(problem: InvalidDocument) -> None:
    log.error("client.document_refused field=%s problem=%s", problem.field, problem.problem)
