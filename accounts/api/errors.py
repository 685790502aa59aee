"""One handler turns a refusal of any action into an answer that names the field and the remedy."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler

from governance.refusals import Refusal


def handle(exc: Exception, context: dict[str, Any]) -> Response | None:
    """`{"errors": {"percentage": "must be …"}}` with the refusal's own status."""
    if isinstance(exc, Refusal):
        return Response({"errors": exc.errors}, status=exc.status)
    return exception_handler(exc, context)
