"""Benchmarks quiet the loggers of what they measure; the tests after them must hear them again."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def loggers_as_before() -> Iterator[None]:
    known = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    levels = [(logger, logger.level, logger.disabled) for logger in known]
    disabled = logging.root.manager.disable
    yield
    logging.disable(disabled)
    for logger, level, off in levels:
        logger.setLevel(level)
        logger.disabled = off
