"""What is removed, and after how long. `TOGGLEMESH_KEEP_…` (docs/operating.md) say how long."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from accounts.api.idempotency import KEPT
from accounts.models import KeptAnswer, SignInFailure
from accounts.throttle import WINDOW
from events.retention import MayGoOn, remove, remove_old_events
from governance.archive import archive
from governance.chain import Broken
from rollouts.models import TrafficSample
from toggles.retention import remove_old_changes

log = logging.getLogger("retention")

SECONDS = 30.0  # of one sweep; the next one goes on
_LOCK = 0x706622  # any constant; governance.locks has the ones below


def sweep(now: datetime, seconds: float = SECONDS) -> Mapping[str, int]:
    """Remove what is older than it has to be; how much of each went. One process at a time."""
    until = time.monotonic() + seconds
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return {}
        try:
            gone = _remove_all(now, lambda: time.monotonic() < until)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    if any(gone.values()):
        log.info("retention.swept %s", " ".join(f"{what}={n}" for what, n in gone.items() if n))
    return gone


def _remove_all(now: datetime, may_go_on: MayGoOn) -> Mapping[str, int]:
    keep = settings.RETENTION
    samples = TrafficSample.objects.filter(at__lt=now - keep.samples)
    sessions = Session.objects.filter(expire_date__lt=now)
    answers = KeptAnswer.objects.filter(at__lt=now - KEPT)
    failures = SignInFailure.objects.filter(at__lte=now - WINDOW)
    return {
        "samples": remove(samples, may_go_on),
        "sessions": remove(sessions, may_go_on),
        "sign_in_failures": remove(failures, may_go_on),
        "answers": remove(answers, may_go_on),
        "events": remove_old_events(now - keep.events, may_go_on),
        "changes": remove_old_changes(now - keep.changes, may_go_on),
        "audit": _archive_audit(now - keep.audit, may_go_on),
    }


def _archive_audit(before: datetime, may_go_on: MayGoOn) -> int:
    """Entries leave the table only into files; without a folder they stay for ever."""
    folder, gone = settings.AUDIT_ARCHIVE, 0
    try:
        while folder and may_go_on() and (count := archive(folder, before)):
            gone += count
    except (Broken, OSError) as problem:
        log.error("retention.audit_not_archived problem=%s", problem)  # noqa: TRY400 - told in full
    return gone
