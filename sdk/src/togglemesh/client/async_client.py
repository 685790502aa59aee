"""The client for asyncio. Decisions wait for nothing, so they are plain calls; only starting,
closing and being called back have to do with the event loop. It follows in a thread like the
other one: a loop that is busy then still decides from what is new.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from togglemesh.client.core import Core, OnState
from togglemesh.client.replica import OnChange


class AsyncClient(Core):
    __doc__ = Core.__doc__

    async def wait_until_ready(self, timeout: float | None = None) -> bool:
        """False when the timeout (seconds) passed first."""
        ready = asyncio.Event()
        tell = _in_loop(ready.set)
        self._replica.when_loaded(tell)
        try:
            await asyncio.wait_for(ready.wait(), timeout)
        except TimeoutError:
            return False
        finally:
            self._replica.not_waiting(tell)
        return True

    def on_change(self, callback: OnChange) -> Callable[[], None]:
        """As of Client, but calls back in the event loop from which this is called."""
        return super().on_change(_in_loop(callback))

    def on_state(self, callback: OnState) -> Callable[[], None]:
        """As of Client, but calls back in the event loop from which this is called."""
        return super().on_state(_in_loop(callback))

    async def close(self) -> None:
        """Stops following; safe to repeat. It goes on deciding from what is known."""
        await asyncio.to_thread(self.leave)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _in_loop(callback: Callable[..., Any]) -> Callable[..., None]:
    loop = asyncio.get_running_loop()

    def call(*arguments: Any) -> None:
        with suppress(RuntimeError):  # the loop has ended before the client
            loop.call_soon_threadsafe(callback, *arguments)

    return call
