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
        self._woken = asyncio.Event()
        self._task = asyncio.current_task()

    def offer(self, frame: bytes) -> None:
        """Queue a frame, or cut the reader off when its queue is full. Never waits."""
        full = len(self._queue) >= MOST_FRAMES or self._bytes + len(frame) > MOST_BYTES
        if full and self._queue:
            self._cut_off()
            return
        self._queue.append(frame)
        self._bytes += len(frame)
        self._woken.set()

    def _cut_off(self) -> None:
        # Its task waits for a client that does not read, so it would never see `closed`.
        self.closed = self.cut = True
        self._queue.clear()
        if self._task:
            self._task.cancel()

    def close(self) -> None:
        """End the stream after what is queued."""
        self.closed = True
        self._woken.set()

    async def take(self, seconds: float) -> bytes:
        """All that is queued; empty when nothing came in time, or when closed."""
        if not self._queue and not self.closed:
            try:
                await asyncio.wait_for(self._woken.wait(), seconds)
            except TimeoutError:
                return b""
        self._woken.clear()
        frames = b"".join(self._queue)
        self._queue.clear()
        self._bytes = 0
        return frames
