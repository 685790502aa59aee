"""The gate in front of all pages: members only, and every refusal is a page in plain words.

Like Django's LoginRequiredMiddleware it holds for every view that is not marked otherwise, so a
new page cannot be open by mistake. The management API has the same rule as its default permission.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.pages.people import explain, people_to_ask
from accounts.requests import may
from governance.policy import Looking
from governance.refusals import NotAllowed, Refusal

View = Callable[..., HttpResponseBase]


def open_to_outsiders(view: View) -> View:
    """Mark a view that signed-in people of no team may use, such as sign-out."""
    view.open_to_outsiders = True  # type: ignore[attr-defined]  # read by MembersOnlyMiddleware
    return view


class MembersOnlyMiddleware:
    """Runs after LoginRequiredMiddleware. Answers 403 to people who are in no team."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, *_arguments: Any
    ) -> HttpResponse | None:
        """Let members in; views without sign-in and marked ones are for everybody."""
        if not getattr(view, "login_required", True) or getattr(view, "open_to_outsiders", False):
            return None
        if may(request, Looking()):
            return None
        return render(request, "accounts/outsider.html", {"people": people_to_ask()}, status=403)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """A refusal that a page did not put beside a field becomes a page of its own."""
        if not isinstance(problem, Refusal):
            return None
        errors = explain(problem) if isinstance(problem, NotAllowed) else problem.errors
        sentences = list(errors.values())
        context = {"sentences": sentences, "status": problem.status}
        return render(request, "accounts/refused.html", context, status=problem.status)
