"""Many decisions for one context, as the items of a JSON array."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from togglemesh.engine import Decision, Engine, Panel
from toggles.evaluator.prepared import Prepared


class Together:
    """Nothing is compiled before somebody asks."""

    def __init__(self, say: Callable[[Decision], bytes]) -> None:
        self._words = Prepared(say)
        self._seating: tuple[Engine, Iterable[str]] | None = None
        self._panel: Panel[bytes] | None = None
        self._settled = b""

    def renew(self, engine: Engine, keys: Iterable[str]) -> None:
        """From now on, of these features as they are now."""
        self._words.forget()
        self._seating = engine, keys

    def items(self, context: Mapping[str, Any]) -> bytes:
        """The items, those that are the same for everybody last; one that says nothing is left
        out."""
        panel = self._panel if self._seating is None else None
        items = (panel or self._seat()).decide(context)
        items.append(self._settled)
        return b",".join(filter(None, items))

    def _seat(self) -> Panel[bytes]:
        if self._seating is None:
            raise RuntimeError("`renew` comes first")
        engine, keys = self._seating
        self._panel = engine.panel(sorted(keys), self._words.of, self._panel)
        self._settled = b",".join(filter(None, self._panel.settled))
        self._seating = None
        return self._panel
