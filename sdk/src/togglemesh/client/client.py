"""The client for threads: what a service holds one of for its whole life."""

from typing import Self

from togglemesh.client.core import Core


class Client(Core):
    __doc__ = Core.__doc__

    def wait_until_ready(self, timeout: float | None = None) -> bool:
        """The one method that waits; False when the timeout (seconds) passed first."""
        return self._replica.loaded.wait(timeout)

    def close(self) -> None:
        """Stops following; safe to repeat. It goes on deciding from what is known."""
        self.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
