"""`Idempotency-Key` on POST: the same request again gets the same answer, and changes nothing.

The middleware opens a transaction around the request; `claim` puts the key's row into it before
anything is changed, and the answer follows before it commits. So the change and its answer are kept
together or not at all. A second request meanwhile waits for the first one's row. A refused request
keeps nothing: it changed nothing, and may succeed later.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.outages import OUTAGES, outage_of
from accounts.api.problems import problem_answer
from accounts.models import KeptAnswer
from accounts.requests import principal
from governance.refusals import Conflict, Invalid, Refusal
from governance.sealing import CannotUnseal, seal, unseal

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
PURPOSE = "kept answer"
CLAIMED = "togglemesh_kept_answer"
_KEY = re.compile(r"[!-~]{1,255}")
_LOCK_NOT_AVAILABLE = "55P03"


class OtherRequest(Refusal):
    """The key was used for another body."""

    status = 422


class Replay(Exception):
    """Ends the request with the answer that the first one got."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status, self.body = status, body


class IdempotencyMiddleware:
    """The transaction around a POST with a key. The innermost middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or HEADER not in request.headers:
            return self.get_response(request)
        try:
            with transaction.atomic():
                return self._answer_once(request)
        except OUTAGES as problem:
            outage = outage_of(problem)
            answer = problem_answer(503, {"request": outage.sentence})
            answer["Retry-After"] = str(outage.again)
            return answer

    def _answer_once(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code >= 400:
            transaction.set_rollback(True)
        elif hasattr(request, CLAIMED):
            _keep(getattr(request, CLAIMED), answer)
        return answer


def claim(request: Request) -> None:
    """Take the key of this request, if it has one. Raises Replay when it was answered before.

    Called by `read_change`, before anything is changed.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return
    if not _KEY.fullmatch(key):
        raise Invalid(**{HEADER: "A key has 1 to 255 visible ASCII characters, such as a UUID."})
    name, body = _digest_of_key(request, key), _digest(json.dumps(request.data, sort_keys=True))
    KeptAnswer.objects.filter(key=name, at__lt=timezone.now() - KEPT).delete()
    row = KeptAnswer(key=name, body_digest=body, status=0, at=timezone.now())
    _insert(row)
    if row.pk is None:
        raise _replay(KeptAnswer.objects.get(key=name), body)
    setattr(request._request, CLAIMED, row)


def _insert(row: KeptAnswer) -> None:
    """Leaves `row.pk` empty when there is one; waits for who is at it, as long as for any lock."""
    try:
        with transaction.atomic():
            found, made = KeptAnswer.objects.get_or_create(
                key=row.key,
                defaults={"body_digest": row.body_digest, "status": row.status, "at": row.at},
            )
    except OperationalError as problem:
        if getattr(problem.__cause__, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        text = "The first request with this key is still under way; try again in a moment."
        raise Conflict(**{HEADER: text}) from None
    row.pk = found.pk if made else None


def _replay(kept: KeptAnswer, body: str) -> Replay:
    if kept.body_digest != body:
        raise OtherRequest(
            **{HEADER: "The key was used for another body; take a new key for each change."}
        )
    try:
        text = unseal(kept.sealed_body, purpose=PURPOSE, secrets=_secrets())
    except CannotUnseal:
        told = "It was done, but its answer cannot be read any more; look, and take a new key."
        raise Conflict(**{HEADER: told}) from None
    return Replay(kept.status, json.loads(text))


def _keep(row: KeptAnswer, answer: HttpResponse) -> None:
    row.status = answer.status_code
    # Sealed, as some answers hold a secret that is shown once only.
    text = answer.content.decode() or "null"
    row.sealed_body = seal(text, purpose=PURPOSE, secrets=_secrets())
    row.save(update_fields=["status", "sealed_body"])


def _digest_of_key(request: Request, key: str) -> str:
    who = principal(request)
    return _digest(json.dumps([who.kind, who.name, request.method, request.path, key]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
