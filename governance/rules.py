"""The digest of an audit entry. Pure."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

FIRST = "0" * 64


def digest(
    *,
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
    content = [previous, number, at.isoformat(), author, reason, action, subject, detail]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
