"""Bulkheads: a dependency that is slow holds up few of our threads, and each for a short time.

Whoever finds all places taken, or gets no answer in time, is told so at once instead of waiting in
line: "not known" is an answer, a page that never comes is none.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

Found = TypeVar("Found")


class NotAnswered(Exception):
    """There was no place to ask, or no answer in time; the text says which."""


@dataclass(slots=True)
class Bulkhead:
    """Of one kind of dependency: at most `each` questions to one of them are under way in this
    process, at most `most` to all; who asks waits for `seconds` at the longest.

    A question that goes on after that keeps its place until it has ended by its own time limit.
    """

    each: int
    most: int
    seconds: float
    _under_way: Counter[str] = field(default_factory=Counter, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _threads: ThreadPoolExecutor | None = field(default=None, init=False)

    def ask(self, dependency: str, question: Callable[[], Found]) -> Found:
        """The answer, or what `question` raises. It must not use the database: it runs in another
        thread. Raises NotAnswered."""
        asked = self._begin(dependency, question)
        try:
            return asked.result(self.seconds)
        except TimeoutError:
            if asked.done():
                raise  # the question's own
            raise NotAnswered(f"no answer within {self.seconds:g} s") from None

    def _begin(self, dependency: str, question: Callable[[], Found]) -> Future[Found]:
        with self._lock:
            total = self._under_way.total()
            if self._under_way[dependency] >= self.each or total >= self.most:
                raise NotAnswered("it is slow, and others are waiting for it already")
            self._under_way[dependency] += 1
            # Made late: threads do not survive the fork of a server's process.
            self._threads = self._threads or ThreadPoolExecutor(self.most, "bulkhead")
            asked = self._threads.submit(question)
        asked.add_done_callback(lambda _: self._end(dependency))
        return asked

    def _end(self, dependency: str) -> None:
        with self._lock:
            self._under_way[dependency] -= 1
