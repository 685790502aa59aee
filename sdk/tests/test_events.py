"""Server-sent events out of bytes, however the bytes are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from togglemesh.client import events
from togglemesh.client.events import Event, EventParser, EventTooLong

STREAM = (
    b": keep-alive\n\n"
    b'event: snapshot\nid: 42\ndata: {"a":\ndata: 1}\n\n'
    b"event:change\r\nid:43\r\ndata:\xc3\xa9\r\n\r\n"
    b"event: nothing\n\n"
    b"retry: 5\ndata: x\n\n"
    b"data: never ended\n"
)
EXPECTED = [
    Event("snapshot", "42", '{"a":\n1}'),
    Event("change", "43", "é"),
    Event("message", "", "x"),
]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_feed__any_cut__gives_the_same_events(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    parser = EventParser()
    found = [event for start, end in pairwise(edges) for event in parser.feed(STREAM[start:end])]
    assert found == EXPECTED


def test_feed__endless_line__is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "GREATEST_EVENT", 100)
    parser = EventParser()
    with pytest.raises(EventTooLong):
        list(parser.feed(b"data: " + b"x" * 100))


def test_feed__endless_event__is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "GREATEST_EVENT", 100)
    parser = EventParser()
    for _ in range(10):
        list(parser.feed(b"data: 1234567890\n"))
    with pytest.raises(EventTooLong):
        list(parser.feed(b"data: 1\n"))
