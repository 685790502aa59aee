"""The digest of an audit entry. Pure.

Form 1 is Python's own JSON, as the first entries were sealed: it breaks where PostgreSQL gives a
number back otherwise than Python wrote it. Form 2 is canonical (RFC 8785).
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from governance.canonical import canonical

FIRST = "0" * 64
PYTHON, CANONICAL = 1, 2  # forms


def digest(
    *,
    form: int = PYTHON,
    previous: str,
    number: int,
    at: datetime,
    author: str,
    reason: str,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
) -> str:
    """SHA-256 over the entry's content and the digest before it, as hexadecimal."""
    if form == PYTHON:
        content = [previous, number, at.isoformat(), author, reason, action, subject, detail]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    sealed = [form, previous, number, moment, author, reason, action, subject, detail]
    return hashlib.sha256(canonical(sealed)).hexdigest()
