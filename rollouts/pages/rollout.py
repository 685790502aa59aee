"""A rollout: the page, the part of it that moves, and what a person may do with it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.pages.people import refusal_in_words
from accounts.requests import authorship, check_may_perform, may_perform
from governance.changes import Change, perform
from governance.refusals import NotAllowed, Refusal
from rollouts import changes
from rollouts.models import Rollout
from rollouts.reads import get_rollout, progress
from toggles.pages.forms import ReasonForm
from toggles.reads import get_feature

STOP_POLLING = 286  # htmx: swap this in, and ask no more

DEEDS: dict[str, Callable[[UUID], Change[Rollout]]] = {
    "pause": changes.Pause,
    "resume": changes.Resume,
    "promote": changes.Promote,
    "abort": changes.Abort,
}


def rollout(request: HttpRequest, number: UUID) -> HttpResponse:
    """The whole page."""
    context = _context(request, number)
    context["demo"] = settings.DEMO
    context["reason"] = ReasonForm(auto_id="abort_%s")
    return render(request, "rollouts/rollout.html", context)


def live(request: HttpRequest, number: UUID) -> HttpResponse:
    """The part that moves, asked for each second until the rollout has ended."""
    context = _context(request, number)
    status = STOP_POLLING if context["progress"].finished else 200
    return render(request, "rollouts/live.html", context, status=status)


@require_POST
def steer(request: HttpRequest, number: UUID, deed: str) -> HttpResponse:
    """Pause or go on: at once, as either can be undone by the other."""
    refusal = ""
    try:
        perform(authorship(request, "by hand"), DEEDS[deed](number))
    except NotAllowed:
        raise
    except Refusal as refused:
        refusal = " ".join(refused.errors.values())
    if request.headers.get("HX-Request") == "true":
        return render(request, "rollouts/live.html", _context(request, number, refusal=refusal))
    return redirect("rollout", number)


def confirm(request: HttpRequest, number: UUID, deed: str) -> HttpResponse:
    """Promote or abort: asks for the reason first."""
    found = get_rollout(number)
    check_may_perform(request, DEEDS[deed](number))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            perform(authorship(request, reason), DEEDS[deed](number))
        except Refusal as refused:
            form.refuse(refused)
        else:
            return redirect("rollout", number)
    context = {
        "section": "features",
        "form": form,
        "deed": deed,
        "rollout": found,
        "feature": found.toggle.feature,
    }
    return render(request, "rollouts/confirm.html", context, status=422 if form.errors else 200)


def _context(request: HttpRequest, number: UUID, refusal: str = "") -> dict[str, Any]:
    now = progress(number, timezone.now())
    feature = get_feature(now.feature)
    editable = may_perform(request, changes.Pause(number))
    return {
        "section": "features",
        "progress": now,
        "feature": feature,
        "may_edit": editable,
        "why_not": "" if editable else refusal_in_words(feature.owner),
        "refusal": refusal,
        "paused": now.state == "paused",
        "reasons": _reasons(now.actions, paused=now.state == "paused"),
    }


def _reasons(found: Any, *, paused: bool) -> list[str]:
    """Why a button that is shown cannot be pressed; each sentence once."""
    hidden = "pause" if paused else "resume"
    return list(dict.fromkeys(a.why_not for a in found if a.why_not and a.name != hidden))
