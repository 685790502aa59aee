"""Every error of the management API is problem details with `{"errors": {"percentage": "…"}}`."""

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.api.conditional import status_of
from accounts.api.idempotency import Replay
from accounts.api.outages import OUTAGES, outage_of
from accounts.api.problems import CONTENT_TYPE, FAILED, problem_of
from accounts.pages.people import explain
from governance.refusals import NotAllowed, Refusal

log = logging.getLogger("api")

REPLAYED = {"Idempotency-Replayed": "true", "Cache-Control": "no-store"}


def handle(exc: Exception, context: dict[str, Any]) -> Response:
    """A refusal of any action, or of the framework; each names the field and the remedy."""
    if isinstance(exc, Replay):
        return Response(exc.body, status=exc.status, headers=REPLAYED)
    if isinstance(exc, Refusal):
        status = status_of(exc, context.get("request"))
        return _problem(status, explain(exc) if isinstance(exc, NotAllowed) else exc.errors)
    response = exception_handler(exc, context)
    if response is None:
        return _unexpected(exc, context)
    if isinstance(exc, ValidationError):
        errors = dict(_flat(exc.detail))
    else:
        sentence = str(exc.detail) if isinstance(exc, APIException) else "There is nothing here."
        errors = {"request": sentence}
    answer = _problem(response.status_code, errors)
    for name in ("Allow", "WWW-Authenticate", "Retry-After"):
        if name in response:
            answer[name] = response[name]
    return answer


def _unexpected(exc: Exception, context: dict[str, Any]) -> Response:
    """What nobody has foreseen is told in the log alone."""
    if isinstance(exc, RequestDataTooBig):
        return _problem(413, {"request": "The body is too large."})
    if isinstance(exc, SuspiciousOperation):
        return _problem(400, {"request": "The request cannot be read."})
    view = type(context.get("view")).__name__
    if isinstance(exc, OUTAGES):
        log.warning("api.out_of_reach view=%s %s", view, " ".join(str(exc).split()))
        outage = outage_of(exc)
        answer = _problem(503, {"request": outage.sentence})
        answer["Retry-After"] = str(outage.again)
        return answer
    log.error("api.failed view=%s", view, exc_info=exc)
    return _problem(500, {"request": FAILED})


def _problem(status: int, errors: dict[str, str]) -> Response:
    return Response(problem_of(status, errors), status=status, content_type=CONTENT_TYPE)


def _flat(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """`{"rules": {0: {"id": [text]}}}` becomes `rules.0.id: text`."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            field = "request" if name == "non_field_errors" else str(name)
            yield from _flat(inner, f"{path}.{field}" if path else field)
    elif isinstance(detail, list) and detail and not isinstance(detail[0], str):
        for place, inner in enumerate(detail):
            yield from _flat(inner, f"{path}.{place}" if path else str(place))
    elif detail:
        yield path or "request", " ".join(map(str, detail))
