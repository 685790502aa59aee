"""A client for users' own tests: no network, no files, no threads; and `override` for any."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from togglemesh.carrying import carry
from togglemesh.engine import Decision, Reason
from togglemesh.engine.decision import default_decision
from togglemesh.typed import Context, Decisions, own_value


@dataclass(frozen=True, slots=True)
class Tracked:
    """One call of `track`."""

    event: str
    context: Context | None
    feature: str | None
    success: bool | None
    latency: float | None
    value: float | None


@contextmanager
def override(client: Decisions, key: str, value: Any) -> Iterator[None]:
    """Within it, the feature has this value for everyone who asks this client, a real one too."""
    real = client.decide

    def decide(asked: str, context: Context | None = None, default: Any = None) -> Decision:
        return _fixed(key, value) if asked == key else real(asked, context, default)

    before = vars(client).get("decide")
    vars(client)["decide"] = decide
    try:
        yield
    finally:
        if before is None:
            del vars(client)["decide"]
        else:
            vars(client)["decide"] = before


class Override:
    """Ends what `InMemoryClient.override` began, when it is used as a context manager."""

    def __init__(self, end: Callable[[], None]) -> None:
        self._end = end

    def __enter__(self) -> None:
        """The feature has its value already."""

    def __exit__(self, *_: object) -> None:
        self._end()


class InMemoryClient(Decisions):
    """Every feature decides to its value for everyone; an unknown one to the caller's default.

    Without features it is the client that does nothing. `tracked` has what was tracked.
    """

    ready = True
    state: Literal["starting", "live", "stale"] = "live"
    via = None
    refused = None
    signer = None
    last_number = 0
    environment = "testing"
    first_hop = True

    def __init__(self, features: Mapping[str, Any] | None = None) -> None:
        self.tracked: list[Tracked] = []
        self._values = dict(features or {})
        self._listeners: list[Callable[[frozenset[str]], None]] = []

    def override(self, key: str, value: Any) -> Override:
        """From now on the feature has this value; with `with`, until its end."""
        known, before = key in self._values, self._values.get(key)
        self._values[key] = value
        self._changed(key)
        return Override(lambda: self._put_back(key, before) if known else self.forget(key))

    def _put_back(self, key: str, value: Any) -> None:
        self.override(key, value)

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
        return _fixed(key, self._values[key])

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

    def on_state(self, callback: Callable[[Any], None]) -> Callable[[], None]:  # noqa: ARG002 - as above
        """Never calls back: nothing is followed."""
        return lambda: None

    def track(
        self,
        event: str,
        context: Context | None = None,
        *,
        feature: str | None = None,
        success: bool | None = None,
        latency: float | None = None,
        value: float | None = None,
    ) -> None:
        """Remembers it in `tracked`."""
        self.tracked.append(Tracked(event, context, feature, success, latency, value))

    def leave(self, timeout: float = 5.0) -> None:
        """Nothing to stop; here so that the code under test can call it."""

    def _changed(self, key: str) -> None:
        for listener in list(self._listeners):
            listener(frozenset({key}))

    def wait_until_ready(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - as above
        return True

    def close(self) -> None:
        """As `leave`."""

    def __enter__(self) -> "InMemoryClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _fixed(key: str, value: Any) -> Decision:
    decision = Decision(key, _variant(value), value, enabled=True, reason=Reason.STATIC.value)
    return own_value(decision)


def _variant(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else "given"
