"""Every error of the management API has one shape: `{"errors": {"percentage": "must be …"}}`."""

from collections.abc import Iterator
from typing import Any

from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.pages.people import explain
from governance.refusals import NotAllowed, Refusal


def handle(exc: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal of any action, or of the framework; each names the field and the remedy."""
    if isinstance(exc, Refusal):
        errors = explain(exc) if isinstance(exc, NotAllowed) else exc.errors
        return Response({"errors": errors}, status=exc.status)
    response = exception_handler(exc, context)
    if response is None:
        return None
    if isinstance(exc, ValidationError):
        response.data = {"errors": dict(_flat(exc.detail))}
    else:
        sentence = str(exc.detail) if isinstance(exc, APIException) else "There is nothing here."
        response.data = {"errors": {"request": sentence}}
    return response


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
