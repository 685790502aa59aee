"""The demo shop goes on while the control plane is away, and follows it when it is back."""

import os
import signal

from demo.identities import user
from tests.conditions import eventually, has_ended
from tests.stack.conftest import Stack
from tests.stack.shop import expose, versions

# What is away, by words of its command line, and how it is stopped.
AWAY = {
    "manage.py web": signal.SIGKILL,
    "manage.py worker": signal.SIGKILL,
    "manage.py beat": signal.SIGKILL,
    "manage.py relay": signal.SIGKILL,
    "bin/postgres -D": signal.SIGINT,
    "valkey-server": signal.SIGTERM,
}
SHOP = ("demo.service", "demo.first_hop", "manage.py evaluator")


def test_shop__control_plane_is_away__goes_on_and_follows_when_it_is_back(stack: Stack) -> None:
    supervisor = stack.start()
    stack.wait_until_ready()
    expose(stack, 50)
    eventually(lambda: share_of_v2(stack) in range(20, 81))
    before = {name: versions(stack, name) for name in customers()}
    assert {tuple(met) for met in before.values()} == {("v1",) * 3, ("v2",) * 3}
    shop = {words: sorted(stack.processes_of(words)) for words in SHOP}
    assert all(shop.values())

    supervisor.send_signal(signal.SIGSTOP)  # or it would start them again at once
    try:
        stop_control_plane(stack)
        assert {name: versions(stack, name) for name in customers()} == before
    finally:
        supervisor.send_signal(signal.SIGCONT)

    eventually(lambda: all(stack.processes_of(words) for words in AWAY), seconds=30)
    eventually(lambda: stack.output.count("starting it again") >= len(AWAY), seconds=30)
    wait_for_servers(stack)
    expose(stack, 100)
    eventually(lambda: share_of_v2(stack) == 100, seconds=60)
    assert {words: sorted(stack.processes_of(words)) for words in SHOP} == shop
    assert stack.stop() == 0


def stop_control_plane(stack: Stack) -> None:
    for words, sign in AWAY.items():
        pids = stack.processes_of(words)
        assert pids, words
        # A server sees to its own children; what is killed may leave some behind.
        for pid in pids if sign == signal.SIGKILL else [min(pids)]:
            os.kill(pid, sign)
        eventually(lambda: all(has_ended(pid) for pid in pids))  # noqa: B023 - within this turn


def wait_for_servers(stack: Stack) -> None:
    def works() -> bool:
        try:
            return "1" in stack.run(
                "from django.db import connection as c; k = c.cursor(); k.execute('SELECT 1');"
                "print(k.fetchone()[0])"
            )
        except AssertionError:
            return False

    eventually(works, seconds=30)


def customers() -> list[str]:
    return [user(number) for number in range(1, 51)]


def share_of_v2(stack: Stack) -> int:
    """Per cent of fifty customers."""
    return 2 * sum(versions(stack, name)[0] == "v2" for name in customers())
