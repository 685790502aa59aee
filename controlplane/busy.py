"""The database is busy or away: 503 with a time to come back, instead of a fault of ours."""

from __future__ import annotations

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

RETRY_AFTER = "2"  # seconds
# SQLSTATEs after which PostgreSQL has certainly undone the transaction.
NOTHING_CHANGED = {
    "55P03": "Another change holds this one up (lock_timeout).",
    "57014": "It took longer than it may (statement_timeout).",
}
UNDONE = "Nothing was changed; try again."
UNKNOWN = (
    "The database does not answer. Whether a change was made is not known: look, then try again."
)


class BusyDatabaseMiddleware:
    """Turns what the limits of `controlplane.database_limits` end into an answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, (OperationalError, InterfaceError)):
            return None
        return busy(request, sentence_of(exception))


def sentence_of(exception: BaseException) -> str:
    """What happened, what it means for the change, and what to do."""
    why = NOTHING_CHANGED.get(getattr(exception.__cause__, "sqlstate", None) or "")
    return f"{why} {UNDONE}" if why else UNKNOWN


def busy(request: HttpRequest, sentence: str) -> HttpResponse:
    """503 in the words of the API or as a page."""
    if request.path.startswith("/api/"):
        answer: HttpResponse = JsonResponse({"errors": {"request": sentence}}, status=503)
    else:
        answer = render(None, "503.html", {"sentence": sentence}, status=503)
    answer["Retry-After"] = RETRY_AFTER
    return answer
