"""Conditional requests: what has not changed is not sent again, what has is not overwritten.

Answers to GET carry a weak ETag over what they say. On changing calls `If-Match: "<revision>"` says
the same as `expected_revision` in the body, and is answered with 412 where that is with 409.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from governance.refusals import Conflict, Invalid, Refusal

API = "/api/v1/"
FIELD = "expected_revision"
_REVISION = re.compile(r'"(0|[1-9][0-9]{0,8})"')


class ConditionalMiddleware:
    """Gives each answer of the management API its ETag, and says 304 to who has it already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        looks = request.method in ("GET", "HEAD") and request.path_info.startswith(API)
        if not looks or answer.status_code != 200 or answer.streaming:
            return answer
        etag = f'W/"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
        answer["ETag"] = etag
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        return get_conditional_response(request, etag=etag, response=answer) or answer


def guard(request: Request, asked: dict[str, Any], *, guarded: bool) -> None:
    """Put the revision of `If-Match` into what was asked. Raises Invalid when that cannot be."""
    said = request.headers.get("If-Match")
    if said is None:
        return
    if not guarded:
        raise Invalid(**{"If-Match": "Nothing here has a revision to match; leave it out."})
    found = _REVISION.fullmatch(said.strip())
    if found is None:
        raise Invalid(**{"If-Match": f'{said!r} is no revision: write its number as `"5"`.'})
    number = int(found[1])
    if asked.get(FIELD, number) != number:
        raise Invalid(**{FIELD: f"It is not the revision of If-Match, {number}; send only one."})
    asked[FIELD] = number


def status_of(refused: Refusal, request: Request | None) -> int:
    """412 for a revision of `If-Match` that is not the latest any more."""
    stale = isinstance(refused, Conflict) and FIELD in refused.errors
    said = request is not None and "If-Match" in request.headers
    return 412 if stale and said else refused.status
