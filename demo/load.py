"""Customers: `python -m demo.load URL` sends a bounded stream of requests to the shop's entry.

Each request is one of a thousand identities. It ends by itself when its parent ends.
"""

from __future__ import annotations

import argparse
import http.client
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from demo.identities import HOW_MANY, headers_of
from demo.orphan import Parent

REPORT_EACH = 30.0
MOST_PER_SECOND = 200.0


class Load:
    """`rate` requests a second over all threads: each thread has its own slots in time."""

    def __init__(self, url: str, rate: float, threads: int) -> None:
        parts = urlsplit(url)
        self._place = (parts.hostname or "", parts.port or 80)
        self._pause = threads / min(rate, MOST_PER_SECOND)
        self._threads = threads
        self.statuses: Counter[str] = Counter()

    def start(self) -> None:
        for number in range(self._threads):
            first = number * self._pause / self._threads
            threading.Thread(target=self._send_on, args=(first,), daemon=True).start()

    def _send_on(self, first: float) -> None:
        connection = http.client.HTTPConnection(*self._place, timeout=10)
        due = time.monotonic() + first
        while True:
            time.sleep(max(0.0, due - time.monotonic()))
            self.statuses[self._send(connection)] += 1
            # Late is late: a slow shop gets fewer requests, and no burst afterwards.
            due = max(due + self._pause, time.monotonic())

    def _send(self, connection: http.client.HTTPConnection) -> str:
        try:
            connection.request("GET", "/", headers=headers_of(random.randint(1, HOW_MANY)))
            answer = connection.getresponse()
            answer.read()
            return str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return type(error).__name__


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.load")
    parser.add_argument("url")
    parser.add_argument("--rate", type=float, default=25.0, help="requests a second")
    parser.add_argument("--threads", type=int, default=4)
    options = parser.parse_args(words)
    parent, load = Parent(), Load(options.url, options.rate, options.threads)
    load.start()
    report = time.monotonic() + REPORT_EACH
    while not parent.has_ended():
        time.sleep(0.5)
        if time.monotonic() > report:
            sys.stdout.write(f"{dict(load.statuses)}\n")
            sys.stdout.flush()
            report += REPORT_EACH


if __name__ == "__main__":
    main()
