"""Start a rollout: the steps, how long each bakes, and what the gate allows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.requests import authorship, check_may_perform
from governance.changes import perform
from governance.refusals import Refusal
from rollouts import changes
from rollouts.models import Rollout
from rollouts.pages.forms import RolloutForm
from toggles.models import Segment
from toggles.reads import get_toggle


def start(request: HttpRequest, feature: str, environment: str) -> HttpResponse:
    """The form, with steps that suit most rollouts."""
    toggle = get_toggle(feature=feature, environment=environment)
    check_may_perform(request, changes.StartRollout(feature, environment))
    form = RolloutForm(toggle, request.POST or None)
    if request.method == "POST" and form.is_valid():
        rollout = _start(request, form)
        if rollout is not None:
            return redirect("rollout", rollout.pk)
    context = {
        "section": "features",
        "feature": toggle.feature,
        "toggle": toggle,
        "revision": toggle.current,
        "form": form,
        "segments": Segment.objects.all(),
    }
    return render(request, "rollouts/start.html", context, status=422 if form.errors else 200)


def _start(request: HttpRequest, form: RolloutForm) -> Rollout | None:
    try:
        return perform(
            authorship(request, form.cleaned_data["reason"]),
            changes.StartRollout(
                feature=form.toggle.feature.key,
                environment=form.toggle.environment.key,
                variant=form.cleaned_data["variant"],
                steps=form.steps(),
                gate={"margin_points": form.cleaned_data["margin_points"]},
            ),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return None
