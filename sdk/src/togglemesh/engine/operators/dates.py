"""Operators over moments in time, written as RFC 3339; without an offset they are in UTC."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from togglemesh.engine.fields import reader
from togglemesh.engine.operators.operator import ContextOperator, ContextTest, Texts

# The moments that a calendar in UTC has: with an offset, a text may name one outside of them, which
# then nobody could write down again.
EARLIEST, END_OF_TIME = -62_135_596_800.0, 253_402_300_800.0

# What the context calls the present; without them the clock is asked.
NOW_FIELDS = ("currentTime", "now")

_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)?)?", re.ASCII
)


def seconds_of(value: object) -> float | None:
    """Seconds since 1970 of a datetime, a date or a text; None for what is no moment."""
    if isinstance(value, datetime):
        return _seconds(value)
    if isinstance(value, date):
        return _seconds(datetime(value.year, value.month, value.day, tzinfo=UTC))
    if isinstance(value, str) and _MOMENT.fullmatch(value.strip()):
        return _seconds_of_text(value.strip())
    return None


def _seconds_of_text(text: str) -> float | None:
    try:
        return _seconds(datetime.fromisoformat(text.upper()))
    except ValueError:
        return None


def _seconds(moment: datetime) -> float | None:
    try:
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):  # the first and the last hours that there are
        return None
    return seconds if EARLIEST <= seconds < END_OF_TIME else None


def now_of(context: Mapping[str, Any]) -> float | None:
    """The present: what the context says, else the clock; None when the context says nonsense."""
    for name in NOW_FIELDS:
        value = _given(context, name)
        if value is not None:
            return seconds_of(value)
    return time.time()


def _given(context: Mapping[str, Any], field: str) -> object:
    value = context.get(field)
    if value is None or value == "":
        properties = context.get("properties")
        value = properties.get(field) if isinstance(properties, dict) else None
    return None if value == "" else value


def _moment_reader(field: str) -> Callable[[Mapping[str, Any]], float | None]:
    if field in NOW_FIELDS:
        return now_of
    read = reader(field)

    def moment(context: Mapping[str, Any]) -> float | None:
        seconds = seconds_of(_given(context, field))
        return seconds if seconds is not None else seconds_of(read(context))

    return moment


def _compares(compare: Callable[[float, float], bool]) -> ContextOperator:
    def build(field: str, values: Texts, _fold: bool) -> ContextTest:
        bounds = tuple(s for s in map(seconds_of, values) if s is not None)
        read = _moment_reader(field)

        def test(context: Mapping[str, Any]) -> bool:
            seconds = read(context)
            return seconds is not None and any(compare(seconds, bound) for bound in bounds)

        return test

    return ContextOperator(build, check=_check)


def _check(value: str) -> str | None:
    if seconds_of(value) is not None:
        return None
    return "must be a moment like 2030-01-31T12:00:00Z"


OPERATORS = {
    "DATE_AFTER": _compares(lambda seconds, bound: seconds > bound),
    "DATE_BEFORE": _compares(lambda seconds, bound: seconds < bound),
}
