"""The version of Unleash's client specification that an SDK says it follows."""

from __future__ import annotations

import re

from toggles.evaluator.http import Headers, refusal

SEGMENTS, DELTA = (4, 2, 0), (5, 2, 0)

_SEMVER = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})([-+][0-9A-Za-z.+-]*)?", re.ASCII)


def read_specification(headers: Headers) -> tuple[int, int, int]:
    """Without the header the first of all; 400 for what is no version."""
    text = headers.get(b"unleash-client-spec", b"").decode("latin-1")
    if not text:
        return (0, 0, 0)
    found = _SEMVER.fullmatch(text)
    if found is None:
        raise refusal(400, "Unleash-Client-Spec must be a version like 5.2.0.")
    return (int(found[1]), int(found[2]), int(found[3]))
