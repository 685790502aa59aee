"""The thread that tells the server who this is, which variants were given, and what came of it."""

import json
import logging
import random
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from threading import Event as Flag
from threading import Thread
from typing import Any
from uuid import uuid4

from togglemesh.baggage import is_name
from togglemesh.client.backoff import Backoff
from togglemesh.client.connection import BROKEN, Failed, Refused, Server
from togglemesh.client.outcomes import Outcomes
from togglemesh.client.refusals import after_refusal
from togglemesh.client.usage import Usage
from togglemesh.version import VERSION

log = logging.getLogger(__name__)

USAGE, REGISTER = "/client/v1/usage", "/client/v1/register"
MOST_COUNTS, MOST_OUTCOMES, MOST_FEATURES = 250, 80, 1_000  # keep a body under 64 KiB
TIMEOUT = 5.0  # seconds for one answer
UNHEARD_OF = (404, 405, 501)
NEVER_TAKEN = (400, 413)
TAKEN = 202
MUCH_LATER = 600.0


@dataclass(frozen=True)
class Identity:
    """One running instance of a service, and the features that its code declares."""

    service: str = ""
    version: str = ""
    features: frozenset[str] = frozenset()
    instance: str = field(default_factory=lambda: uuid4().hex)

    def again(self) -> "Identity":
        """The same service in a forked child: another instance."""
        return Identity(self.service, self.version, self.features)


class Reporter:
    """Nothing waits for it but `close`. A batch that fails is brought again, the same one."""

    def __init__(
        self, server: Server, usage: Usage, outcomes: Outcomes, identity: Identity, interval: float
    ) -> None:
        self._server, self._usage, self._outcomes = server, usage, outcomes
        self._identity, self._interval = identity, interval
        self._backoff = Backoff(first=min(1.0, interval), most=interval)
        self._batches: deque[dict[str, Any]] = deque()  # of one taking, so it is bounded
        self._closing = Flag()
        self._refused_again = after_refusal()
        self._thread = Thread(target=self._run, name="togglemesh-reporter", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self, timeout: float = 2.0) -> None:
        """Tells what is left, if the server takes it in time. Safe to repeat."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        self._server.close()

    def _run(self) -> None:
        wait = random.uniform(0, min(1.0, self._interval))  # noqa: S311 - spreads load, no secret
        while not self._closing.wait(wait):
            wait = self._attempt(registering=True)
        self._attempt(registering=False)

    def _attempt(self, *, registering: bool) -> float:
        """Gives the seconds until the next one; never raises."""
        try:
            if registering:
                self._send(REGISTER, self._registration())
            self.flush()
        except Refused as refusal:  # the follower says so in the log
            return max(self._refused_again.next(), refusal.retry_after)
        except Failed as failure:
            log.debug("client.report_failed problem=%s", failure)
            if failure.status in UNHEARD_OF:
                return MUCH_LATER
            return max(self._backoff.next(), failure.retry_after)
        except BROKEN as problem:
            log.debug("client.report_failed problem=%s", problem)
            return self._backoff.next()
        except Exception:  # a dead thread would never report again
            log.exception("client.report_broken")
        else:
            self._backoff.reset()
            self._refused_again.reset()
        return self._interval * random.uniform(0.8, 1.2)  # noqa: S311 - as above

    def flush(self) -> None:
        """Sends what waits, then what was counted since. Raises what `Server.request` raises."""
        if not self._batches:
            self._batches.extend(batches(self._usage, self._outcomes, self._identity.instance))
        while self._batches:
            self._send(USAGE, self._batches[0])
            self._batches.popleft()

    def _registration(self) -> dict[str, Any]:
        one = self._identity
        declared = sorted(feature for feature in one.features if is_name(feature))
        asked = sorted(self._usage.features() - one.features)
        return {
            "instance": one.instance,
            "service": one.service[:200],
            "version": one.version[:200],
            "sdk": f"togglemesh-python/{VERSION}",
            "features": [*declared, *asked][:MOST_FEATURES],
        }

    def _send(self, path: str, content: dict[str, Any]) -> None:
        headers = {"Content-Type": "application/json"}
        body = json.dumps(content, separators=(",", ":")).encode()
        try:
            self._post(path, headers, body)
        except Failed as failure:
            if failure.status not in NEVER_TAKEN:
                raise
            # It must not keep what comes after it from coming through.
            log.warning("client.report_refused path=%s problem=%s", path, failure)

    def _post(self, path: str, headers: dict[str, str], body: bytes) -> None:
        request = self._server.request("POST", path, headers, body=body, read_timeout=TIMEOUT)
        with request as answer:
            answer.read(65536)
        if answer.status != TAKEN:  # a captive portal's page, for one
            raise Failed(f"the server answered {answer.status}, not {TAKEN}", answer.status)


def batches(usage: Usage, outcomes: Outcomes, instance: str) -> Iterator[dict[str, Any]]:
    """What was counted, in parts that the server takes, each with a name of its own."""
    counts = ((f, v, n) for f, variants in usage.take().items() for v, n in variants.items())
    some, stop = iter(outcomes.take()), time.time()
    while True:
        part, told = list(islice(counts, MOST_COUNTS)), list(islice(some, MOST_OUTCOMES))
        if not part and not told:
            return
        yield {
            "id": uuid4().hex,
            "instance": instance,
            "stop": stop,
            "counts": _by_feature(part),
            "outcomes": told,
        }


def _by_feature(counts: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    grouped: dict[str, dict[str, int]] = {}
    for feature, variant, number in counts:
        grouped.setdefault(feature, {})[variant] = number
    return grouped
