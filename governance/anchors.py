"""Where the chain's head is written down outside its table, so that a cut end shows.

Each place holds JSON lines: `{"number", "digest", "at"}` for a head, `{"resealed_from", …}` where
the entries from a number on were sealed anew, so that earlier anchors of them say nothing more.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import redis
from django.conf import settings
from django.utils import timezone

from governance.chain import Link
from governance.models import AuditEntry

log = logging.getLogger("audit")

KEY = "tm:audit:anchors"
LONGEST = 10_000  # anchors kept in Valkey: a week, with one each minute
TAIL = 64 * 1024  # bytes of the file that are read when only the latest anchors are wanted


class OutOfReach(Exception):
    """This place cannot be read or written now."""


class Place(Protocol):
    """Somewhere outside the database. Methods raise OutOfReach."""

    @property
    def name(self) -> str: ...

    def append(self, line: str) -> None: ...

    def lines(self, *, latest: bool) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class AnchorFile:
    """Only ever appended to; it may lie on a medium that takes nothing else."""

    path: Path
    name: str = "file"

    def append(self, line: str) -> None:
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as problem:
            raise OutOfReach(str(problem)) from None

    def lines(self, *, latest: bool) -> Sequence[str]:
        try:
            with self.path.open("rb") as file:
                size = self.path.stat().st_size
                cut = latest and size > TAIL
                file.seek(size - TAIL if cut else 0)
                found = file.read().decode("utf-8", "replace").splitlines()
        except FileNotFoundError:
            raise OutOfReach(f"{self.path} does not exist") from None
        except OSError as problem:
            raise OutOfReach(str(problem)) from None
        return found[1:] if cut else found


@dataclass(frozen=True, slots=True)
class AnchorList:
    """A list in Valkey."""

    url: str
    name: str = "valkey"

    def append(self, line: str) -> None:
        try:
            with self._connect() as valkey, valkey.pipeline() as steps:
                steps.rpush(KEY, line)
                steps.ltrim(KEY, -LONGEST, -1)
                steps.execute()
        except (redis.RedisError, OSError) as problem:
            raise OutOfReach(str(problem)) from None

    def lines(self, *, latest: bool) -> Sequence[str]:
        try:
            with self._connect() as valkey:
                found = cast("list[bytes]", valkey.lrange(KEY, -100 if latest else 0, -1))
        except (redis.RedisError, OSError) as problem:
            raise OutOfReach(str(problem)) from None
        return [line.decode("utf-8", "replace") for line in found]

    def _connect(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2)


def places() -> list[Place]:
    """All that are set up. The log is a third one, which nobody here can read back."""
    found: list[Place] = [AnchorList(settings.REDIS_URL)]
    if settings.AUDIT_ANCHOR:
        found.append(AnchorFile(settings.AUDIT_ANCHOR))
    return found


def anchor(head: Link) -> None:
    """Write the head down everywhere, except where it is the last one there already."""
    log.info("audit.anchor number=%s digest=%s", head.number, head.digest)
    for place in places():
        try:
            if head not in _last_of(place):
                place.append(_line(number=head.number, digest=head.digest))
        except OutOfReach as problem:
            log.warning("audit.anchor_not_written place=%s problem=%s", place.name, problem)


def note_resealing(start: int, entry: AuditEntry, former: str) -> None:
    """Anchors of entries from `start` on say nothing more; `entry` tells of it in the chain."""
    line = _line(
        resealed_from=start, number=entry.number, digest=entry.digest, former_digest=former
    )
    log.warning("audit.resealed %s", line)
    for place in places():
        try:
            place.append(line)
        except OutOfReach as problem:
            log.warning("audit.resealing_not_noted place=%s problem=%s", place.name, problem)


def anchored(place: Place, *, latest: bool) -> dict[int, str]:
    """Digests by number, as this place tells them. Raises OutOfReach."""
    known: dict[int, str] = {}
    for told in _parsed(place.lines(latest=latest)):
        if "resealed_from" in told:
            start = int(told["resealed_from"])
            known = {number: digest for number, digest in known.items() if number < start}
        known[int(told["number"])] = str(told["digest"])
    return known


def _last_of(place: Place) -> list[Link]:
    try:
        known = anchored(place, latest=True)
    except OutOfReach:
        return []  # a file that is not there yet is made by the first anchor
    return [Link(number, digest) for number, digest in list(known.items())[-1:]]


def _parsed(lines: Iterable[str]) -> Iterable[dict[str, Any]]:
    for line in lines:
        try:
            told = json.loads(line)
            int(told["number"])
            yield told
        except (ValueError, KeyError, TypeError):
            log.warning("audit.unreadable_anchor %s", line[:200])


def _line(**content: Any) -> str:
    return json.dumps({**content, "at": timezone.now().isoformat()})
