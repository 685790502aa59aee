"""A client for users' own tests: no network, no files, no threads."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from togglemesh.carrying import carry
from togglemesh.engine import Decision, Reason
from togglemesh.engine.decision import default_decision
from togglemesh.typed import Context, Decisions, own_value


class InMemoryClient(Decisions):
    """Every feature decides to its value for everyone; an unknown one to the caller's default.

    Without features it is the client that does nothing.
    """

    ready = True
    state = "live"
    last_number = 0
    environment = "testing"
    first_hop = True

    def __init__(self, features: Mapping[str, Any] | None = None) -> None:
        self._values = dict(features or {})
        self._listeners: list[Callable[[frozenset[str]], None]] = []

    def override(self, key: str, value: Any) -> None:
        """From now on the feature has this value."""
        self._values[key] = value
        self._changed(key)

    def forget(self, key: str) -> None:
        """From now on the feature is unknown."""
        self._values.pop(key, None)
        self._changed(key)

    def decide(
        self,
        key: str,
        context: Context | None = None,  # noqa: ARG002 - the same call as a real client's
        default: Any = None,
    ) -> Decision:
        if key not in self._values:
            return default_decision(key, default, Reason.NOT_FOUND)
        value = self._values[key]
        return own_value(
            Decision(key, _variant(value), value, enabled=True, reason=Reason.STATIC.value)
        )

    def decide_all_carried(
        self,
        context: Context,  # noqa: ARG002 - as above
    ) -> dict[str, Decision]:
        """Nothing travels: which features have routes is not known here."""
        return {}

    @contextmanager
    def begin_chain(
        self,
        context: Context,  # noqa: ARG002 - as above
        baggage: str | None = None,
    ) -> Iterator[None]:
        """Removes decisions from outside, as a first hop does, and adds none."""
        with carry(baggage, first_hop=True):
            yield

    def on_change(self, callback: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        """Calls back with the key of each feature that is overridden or forgotten."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def _changed(self, key: str) -> None:
        for listener in list(self._listeners):
            listener(frozenset({key}))

    def wait_until_ready(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - as above
        return True

    def close(self) -> None:
        """Nothing to stop; here so that the code under test can call it."""

    def __enter__(self) -> "InMemoryClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _variant(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else "given"
