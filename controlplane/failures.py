"""Answers to requests that no view has answered: JSON for the API, a plain page for people.

None of them asks the database, as it may be what has failed.
"""

import sys
from collections.abc import Mapping

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt

from accounts.api.outages import OUTAGES, outage_of
from accounts.api.problems import FAILED, problem_answer

HEADLINES = {
    400: "This cannot be read",
    413: "This is too large",
    408: "This took too long",
    503: "Busy right now",
}


@csrf_exempt
@login_not_required
def no_such_address(_request: HttpRequest) -> HttpResponse:
    """Whatever is asked of an address below /api/ that there is not."""
    sentence = "There is nothing at this address; /api/v1/openapi.yaml lists all that there are."
    return problem_answer(404, {"path": sentence})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django itself could not read: a host, a cookie, a form."""
    if isinstance(exception, RequestDataTooBig):
        return answer_problem(request, 413, {"request": "The body is too large."})
    return answer_problem(request, 400, {"request": "The request cannot be read."})


def server_error(request: HttpRequest) -> HttpResponse:
    """Called while the exception is being handled."""
    exception = sys.exc_info()[1]
    if isinstance(exception, OUTAGES):
        return answer_outage(request, exception)
    if request.path_info.startswith("/api/"):
        return problem_answer(500, {"request": FAILED})
    return HttpResponse(render_to_string("500.html"), status=500)


def answer_problem(request: HttpRequest, status: int, errors: Mapping[str, str]) -> HttpResponse:
    """In the form that suits who asks."""
    if request.path_info.startswith("/api/"):
        return problem_answer(status, errors)
    context = {"headline": HEADLINES[status], "problems": list(errors.items())}
    return HttpResponse(render_to_string("plain.html", context), status=status)


def answer_outage(request: HttpRequest, exception: BaseException) -> HttpResponse:
    """503, and when to come back."""
    outage = outage_of(exception)
    answer = answer_problem(request, 503, {"request": outage.sentence})
    answer["Retry-After"] = str(outage.again)
    return answer
