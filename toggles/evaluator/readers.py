"""Readers of a change stream: each has a short queue, and is cut off when it does not keep up."""

from __future__ import annotations

import asyncio
from collections import deque

# Of what is queued for one reader. One that is further behind comes back and gets a snapshot.
MOST_FRAMES = 256
MOST_BYTES = 4 * 1024 * 1024


class Reader:
    """One open stream of the key with this selector, served by the task that makes it."""

    def __init__(self, selector: str) -> None:
        self.selector = selector
        self.closed = self.cut = False
        self._queue: deque[bytes] = deque()
        self._bytes = 0
        self._waiter: asyncio.Future[None] | None = None
        self._task = asyncio.current_task()

    def offer(self, frame: bytes) -> None:
        """Queue a frame, or cut the reader off when its queue is full. Never waits."""
        full = len(self._queue) >= MOST_FRAMES or self._bytes + len(frame) > MOST_BYTES
        if full and self._queue:
            self.cut_off()
            return
        self._queue.append(frame)
        self._bytes += len(frame)
        self._wake()

    def cut_off(self) -> None:
        """End the stream at once: its client does not take what it is sent."""
        # Its task waits for a client that does not read, so it would never see `closed`.
        self.closed = self.cut = True
        self._queue.clear()
        if self._task:
            self._task.cancel()

    def close(self) -> None:
        """End the stream after what is queued."""
        self.closed = True
        self._wake()

    async def take(self, seconds: float) -> bytes:
        """All that is queued; empty when nothing came in time, or when closed."""
        if not self._queue and not self.closed:
            await self._wait(seconds)
        frames = b"".join(self._queue)
        self._queue.clear()
        self._bytes = 0
        return frames

    async def _wait(self, seconds: float) -> None:
        # By hand: `asyncio.wait_for` makes a task each time, and a flip wakes thousands at once.
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        timer = loop.call_later(seconds, self._wake)
        try:
            await self._waiter
        finally:
            timer.cancel()
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
