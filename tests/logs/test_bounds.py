"""One record of the log has a bound."""

import logging

from controlplane.logs import LONGEST, BoundedFormatter


def test_format__record_without_end__beginning_and_end_stay() -> None:
    record = logging.makeLogRecord({"msg": "begins " + "x" * 5_000_000 + " ends"})
    text = BoundedFormatter().format(record)
    assert text.startswith("begins xxx")
    assert text.endswith("xxx ends")
    assert len(text) < LONGEST + 100
