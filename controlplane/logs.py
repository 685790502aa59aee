"""One line of the log has a bound: nobody fills a disk with one request."""

import logging

LONGEST = 10_000  # characters of one record, its traceback included


class BoundedFormatter(logging.Formatter):
    """Cuts out the middle: the beginning says what it is, the end which error it was."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if len(text) <= LONGEST:
            return text
        half = LONGEST // 2
        return f"{text[:half]} … {len(text) - 2 * half} characters left out … {text[-half:]}"
