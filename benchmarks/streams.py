"""A thousand open streams on one evaluator: how soon a flip reaches them all, and their memory."""

from __future__ import annotations

import asyncio
import time

from benchmarks.samples import median, quantile
from benchmarks.table import Row
from benchmarks.world import World, resident

STREAMS = 1_000
FLIPS = 20
PATIENCE = 30.0


def measure(world: World) -> list[Row]:
    return asyncio.run(_measure(world))


async def _measure(world: World) -> list[Row]:
    process = world.evaluator_pid()
    before = resident(process)
    streams = [await _Stream.open(world) for _ in range(STREAMS)]
    await _all_have(streams, "event: snapshot")
    each = (resident(process) - before) / STREAMS
    passed = [await _flip(world, streams, number) for number in range(FLIPS)]
    for stream in streams:
        stream.close()
    first, last = [p for p, _ in passed], [p for _, p in passed]
    rest = f"first of them {_ms(median(first))}; p99 {_ms(quantile(last, 0.99))}, {FLIPS} flips"
    return [
        (f"the last of {STREAMS} streams has a flip", f"median {_ms(median(last))}", rest),
        ("memory of an open stream", f"{each / 1000:.1f} kB", "resident, in the evaluator"),
    ]


class _Stream(asyncio.Protocol):
    """One connection; notes when something came last."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.seen, self.at = b"", 0.0

    @classmethod
    async def open(cls, world: World) -> _Stream:
        loop = asyncio.get_running_loop()
        transport, stream = await loop.create_connection(cls, "127.0.0.1", world.evaluation_port)
        stream.transport = transport
        transport.write(
            b"GET /stream/v1/changes HTTP/1.1\r\nHost: bench\r\n"
            b"Authorization: Bearer %b\r\n\r\n" % world.key.encode()
        )
        return stream

    def data_received(self, data: bytes) -> None:
        self.seen, self.at = self.seen + data, time.perf_counter()

    def close(self) -> None:
        self.transport.close()


async def _flip(world: World, streams: list[_Stream], number: int) -> tuple[float, float]:
    for stream in streams:
        stream.seen, stream.at = b"", 0.0
    await asyncio.to_thread(world.expose, 100 if number % 2 else 0)
    committed = time.perf_counter()
    await _all_have(streams, "event: change")
    passed = [stream.at - committed for stream in streams]
    return min(passed), max(passed)


async def _all_have(streams: list[_Stream], text: str) -> None:
    wanted, deadline = text.encode(), time.perf_counter() + PATIENCE
    while not all(wanted in stream.seen for stream in streams):
        if time.perf_counter() > deadline:
            raise SystemExit(f"not every stream got {text!r}")
        await asyncio.sleep(0.02)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
