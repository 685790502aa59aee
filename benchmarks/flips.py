"""From a flip's commit to an SDK that has it, and to the proxy that answers from the other version.

The proxy is an Envoy at the edge: it asks the demo's first hop, which holds an SDK, for the
decision, and routes by it.
"""

from __future__ import annotations

import http.client
import json
import threading
import time

from benchmarks.mesh import start_mesh
from benchmarks.samples import median, quantile
from benchmarks.table import Row
from benchmarks.world import FEATURE, World, wait_for
from togglemesh import Client

FLIPS = 100
PATIENCE = 10.0


def measure(world: World) -> list[Row]:
    sdk = _flip_and_watch_sdk(world)
    proxy = _flip_and_watch_proxy(world, start_mesh(world))
    return [_row("an SDK has it", sdk), _row("the proxy answers from the other version", proxy)]


def _flip_and_watch_sdk(world: World) -> list[float]:
    came = threading.Event()
    with Client(f"http://127.0.0.1:{world.evaluation_port}", world.key) as client:
        client.wait_until_ready(PATIENCE)
        wait_for(lambda: client.state == "live", "the client follows")
        client.on_change(lambda _: came.set())
        return [_one_sdk_flip(world, client, came, n) for n in range(FLIPS)]


def _one_sdk_flip(world: World, client: Client, came: threading.Event, n: int) -> float:
    wanted = n % 2 == 0
    came.clear()
    world.expose(100 if wanted else 0)
    committed = time.perf_counter()
    if not came.wait(PATIENCE):
        raise SystemExit("a flip did not reach the SDK")
    passed = time.perf_counter() - committed
    if client.bool(FEATURE, default=not wanted, context={"userId": "u"}) is not wanted:
        raise SystemExit("the SDK has something else than the flip")
    return passed


def _flip_and_watch_proxy(world: World, port: int) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def version() -> str:
        connection.request("GET", "/", headers={"x-user-id": "u"})
        answer = connection.getresponse()
        body = answer.read()
        return str(json.loads(body)["version"]) if answer.status == 200 else ""

    world.expose(0)
    wait_for(lambda: version() == "v1", "the proxy routes")
    samples = []
    for n in range(FLIPS):
        wanted = "v2" if n % 2 == 0 else "v1"
        world.expose(100 if wanted == "v2" else 0)
        committed = time.perf_counter()
        while version() != wanted:
            if time.perf_counter() - committed > PATIENCE:
                raise SystemExit("a flip did not reach the proxy")
        samples.append(time.perf_counter() - committed)
    return samples


def _row(what: str, samples: list[float]) -> Row:
    rest = f"p99 {_ms(quantile(samples, 0.99))}, worst {_ms(max(samples))}, {len(samples)} flips"
    return what, f"median {_ms(median(samples))}", rest


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
