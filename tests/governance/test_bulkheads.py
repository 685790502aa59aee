"""A slow dependency holds up few threads, and each for a short time."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from governance.bulkheads import Bulkhead, NotAnswered
from tests.conditions import eventually


def test_ask__answer_comes__is_given_with_its_faults() -> None:
    bulkhead = Bulkhead(each=1, most=1, seconds=5)
    assert bulkhead.ask("a", lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        bulkhead.ask("a", lambda: 1 // 0)
    with pytest.raises(TimeoutError, match="mine"):
        bulkhead.ask("a", _time_out)


def test_ask__dependency_hangs__few_wait_and_the_others_hear_so_at_once() -> None:
    bulkhead, go_on = Bulkhead(each=2, most=3, seconds=0.2), threading.Event()
    try:
        with ThreadPoolExecutor(8) as people:
            began = time.monotonic()
            asked = [people.submit(bulkhead.ask, "slow", go_on.wait) for _ in range(8)]
            told = [str(one.exception(timeout=5)) for one in asked]
            assert time.monotonic() - began < 2
        assert (
            sorted(told)
            == ["it is slow, and others are waiting for it already"] * 6
            + ["no answer within 0.2 s"] * 2
        )
        assert bulkhead.ask("another", lambda: 7) == 7
        with pytest.raises(NotAnswered, match="others are waiting"):
            bulkhead.ask("slow", lambda: 7)
    finally:
        go_on.set()
    eventually(lambda: _answers(bulkhead))


def _answers(bulkhead: Bulkhead) -> bool:
    try:
        return bulkhead.ask("slow", lambda: True)
    except NotAnswered:
        return False


def _time_out() -> None:
    raise TimeoutError("mine")
