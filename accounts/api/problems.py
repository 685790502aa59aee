"""The one shape of every error of the management API: problem details (RFC 9457).

`errors`, our own member, maps the path of each field at fault to one sentence.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

CONTENT_TYPE = "application/problem+json"
FAILED = "The server failed; its log says why. Nothing was changed."


def problem_of(status: int, errors: Mapping[str, str]) -> dict[str, Any]:
    """The body of an answer that refuses."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": " ".join(errors.values()),
        "errors": dict(errors),
    }


def problem_answer(status: int, errors: Mapping[str, str]) -> JsonResponse:
    """The same outside of the framework's views."""
    return JsonResponse(problem_of(status, errors), status=status, content_type=CONTENT_TYPE)
