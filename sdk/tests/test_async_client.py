"""The client for asyncio: what it waits for, and in which thread it calls back."""

import asyncio
import inspect
import threading
from collections.abc import Callable
from typing import Any

from stand_in import KEY, StandIn
from wire_documents import change, feature, snapshot

from togglemesh import AsyncClient, Client
from togglemesh.client.backoff import Backoff

NOWHERE = "http://127.0.0.1:1"


async def until(condition: Callable[[], Any], deadline: float = 10) -> None:
    async with asyncio.timeout(deadline):
        while not condition():
            await asyncio.sleep(0.005)


def quick(url: str, **options: Any) -> AsyncClient:
    return AsyncClient(url, KEY, backoff=Backoff(first=0.01, most=0.05), **options)


def test_start__server_is_there__is_ready_and_decides(server: StandIn) -> None:
    async def use() -> None:
        async with quick(server.url) as client:
            assert await client.wait_until_ready(5)
            assert await client.wait_until_ready()  # at once by now
            assert client.bool("new-checkout", {"userId": "ann"}) is True
            await until(lambda: client.state == "live")
        assert client.state == "stale"
        assert not client._follower._thread.is_alive()

    asyncio.run(use())


def test_wait__nothing_answers__is_over_in_time_and_blocks_nobody() -> None:
    async def use() -> None:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.005)
                ticks += 1

        ticking = asyncio.create_task(tick())
        async with quick(NOWHERE) as client:
            assert await client.wait_until_ready(0.2) is False
            assert client._replica._waiting == []
        ticking.cancel()
        assert ticks > 5

    asyncio.run(use())


def test_wait__cancelled__leaves_nothing_behind() -> None:
    async def use() -> None:
        async with quick(NOWHERE) as client:
            waiting = asyncio.create_task(client.wait_until_ready())
            await until(lambda: client._replica._waiting)
            waiting.cancel()
            await asyncio.wait([waiting])
            assert client._replica._waiting == []

    asyncio.run(use())


def test_callbacks__change_and_state__come_in_the_event_loop(server: StandIn) -> None:
    async def use() -> None:
        here, told = threading.get_ident(), list[Any]()
        async with quick(server.url) as client:
            client.on_change(lambda keys: told.append((threading.get_ident(), keys)))
            client.on_state(lambda state: told.append((threading.get_ident(), state)))
            await until(lambda: client.state == "live")
            server.send_change(change(43, feature("limits", enabled=False)))
            await until(lambda: (here, frozenset({"limits"})) in told)
        await until(lambda: (here, "stale") in told)
        assert {thread for thread, _ in told} == {here}

    asyncio.run(use())


def test_callback__loop_has_ended__client_goes_on(server: StandIn) -> None:
    clients: list[AsyncClient] = []

    async def leave_behind() -> None:
        client = quick(server.url)
        clients.append(client)
        client.on_change(lambda _: None)
        assert await client.wait_until_ready(5)

    async def meet_again() -> None:
        server.send_change(change(43, feature("third")))
        await until(lambda: clients[0].last_number == 43)
        assert clients[0].state == "live"
        await clients[0].close()

    asyncio.run(leave_behind())
    asyncio.run(meet_again())


def test_bootstrap__nothing_answers__is_ready_at_once() -> None:
    async def use() -> None:
        async with quick(NOWHERE, bootstrap=snapshot(feature("a"))) as client:
            assert await client.wait_until_ready(0.5)
            assert client.bool("a") is True

    asyncio.run(use())


def test_shells__sync_and_async__offer_the_same() -> None:
    def offered(kind: type) -> set[str]:
        return {name.replace("__a", "__") for name in dir(kind)}

    assert offered(AsyncClient) == offered(Client)
    assert inspect.signature(AsyncClient) == inspect.signature(Client)
