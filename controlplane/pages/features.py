"""The list of features, with the state of each toggle and what is rolling out now."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Environment
from rollouts.models import FINISHED, Rollout
from toggles.models import Feature, Lifecycle, Toggle


def features(request: HttpRequest) -> HttpResponse:
    """The page; a search as you type asks for the list alone."""
    text = request.GET.get("q", "").strip()
    context: dict[str, Any] = {
        "section": "features",
        "q": text,
        "features": _matching(text),
        "environments": Environment.objects.order_by("-position"),
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "features/list_part.html", context)
    context["running"] = running_rollouts()
    return render(request, "features/list.html", context)


def running_rollouts() -> QuerySet[Rollout]:
    """Rollouts that have not ended, with what a line about them needs."""
    return Rollout.objects.exclude(state__in=FINISHED).select_related(
        "toggle__feature", "toggle__environment"
    )


def _matching(text: str) -> QuerySet[Feature]:
    toggles = Toggle.objects.select_related("environment", "current").order_by(
        "-environment__position"
    )
    found = Feature.objects.filter(lifecycle=Lifecycle.ACTIVE).select_related("owner")
    found = found.prefetch_related(Prefetch("toggles", toggles))
    for word in text.split():
        found = found.filter(
            Q(key__icontains=word)
            | Q(name__icontains=word)
            | Q(description__icontains=word)
            | Q(owner__name__icontains=word)
        )
    return found
