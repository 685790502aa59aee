"""The first hop: the process beside the edge Envoy that decides for each request chain.

`python -m demo.first_hop PORT`, with the settings of `demo.service` in its environment, as granian
makes the application in a process of its own.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from demo.layout import CACHE, EVALUATOR, KEY_FILE, READY
from togglemesh import Client
from togglemesh.ext_authz import gate
from togglemesh.middleware import AsgiApp, Receive, Scope, Send


def create() -> AsgiApp:
    """Called in granian's serving process, which holds the one client."""
    key = Path(os.environ[KEY_FILE]).read_text().strip()
    client = Client(os.environ[EVALUATOR], key, cache_dir=os.environ[CACHE])
    return _with_readiness(client, gate(client))


def _with_readiness(client: Client, decide: AsgiApp) -> AsgiApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != READY:
            await decide(scope, receive, send)
            return
        status = 200 if client.ready else 503
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return app


def main(port: int) -> None:
    Granian(
        "demo.first_hop:create",
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
