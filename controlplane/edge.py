"""The edge of the web process: what no view should have to look for in a request.

Addresses, queries and forms are read strictly here, once; bodies of the management API are read by
`accounts.api.reading` with the same rules.
"""

import time
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.api.outages import OUTAGES
from controlplane.failures import answer_outage, answer_problem
from governance.input import printable, problem_of_text

FORM = "application/x-www-form-urlencoded"
# A client that is still sending would not read the answer: so much is taken, and thrown away.
DRAINED_BYTES, DRAINED_SECONDS = 16 * 2**20, 5.0
LONGEST_QUERY = 16_384  # characters

Pairs = Iterable[tuple[str, str]]


class Unreadable(Exception):
    """What the caller has to mend; `place` names the field."""

    def __init__(self, place: str, sentence: str) -> None:
        super().__init__(sentence)
        self.place, self.sentence = place, sentence


class StrictInputMiddleware:
    """Refuses with 400 what cannot be read, with 413 what is too large, before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            _drain(request)
            most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            sentence = f"The body is larger than {most} bytes; send less at once."
            return answer_problem(request, 413, {"request": sentence})
        try:
            _check_address(request)
            _check_form(request)
        except Unreadable as problem:
            return answer_problem(request, 400, {problem.place: problem.sentence})
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """While PostgreSQL is busy or away a page says so, and when to come back."""
        return answer_outage(request, problem) if isinstance(problem, OUTAGES) else None


def _length(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0


def _drain(request: HttpRequest) -> None:
    stream, left = request.META["wsgi.input"], min(_length(request), DRAINED_BYTES)
    deadline = time.monotonic() + DRAINED_SECONDS
    while left > 0 and time.monotonic() < deadline:
        part = stream.read(min(left, 65_536))
        if not part:
            return
        left -= len(part)


def _check_address(request: HttpRequest) -> None:
    problem = problem_of_text(request.path_info)
    if problem is not None:
        raise Unreadable("path", problem)
    query = request.META.get("QUERY_STRING", "")
    if len(query) > LONGEST_QUERY:
        raise Unreadable("query", f"The query is longer than {LONGEST_QUERY} characters.")
    _check_pairs(_pairs(query.encode("latin-1", "replace"), "query"))


def _check_form(request: HttpRequest) -> None:
    """Only of pages: the management API takes JSON, and says so."""
    if request.method != "POST" or request.path_info.startswith("/api/"):
        return
    if request.content_type == FORM:
        _check_pairs(_pairs(request.body, "form"))
    elif request.content_type == "multipart/form-data":
        _check_pairs((n, value) for n, values in request.POST.lists() for value in values)


def _pairs(text: bytes, place: str) -> Pairs:
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    if text.count(b"&") >= most:
        raise Unreadable(place, f"It has more than {most} fields; send fewer.")
    try:
        return parse_qsl(text.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise Unreadable(place, "It is not UTF-8; encode it so.") from None
    except ValueError:
        raise Unreadable(place, "It cannot be read as fields with values.") from None


def _check_pairs(pairs: Pairs) -> None:
    for name, value in pairs:
        problem = problem_of_text(name) or problem_of_text(value)
        if problem is not None:
            raise Unreadable(printable(name), problem)
