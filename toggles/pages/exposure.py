"""Change who has a feature in an environment, and go back to an earlier revision."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.requests import authorship, check_may_perform
from governance.changes import perform
from governance.refusals import Refusal
from togglemesh.engine import Exposure
from toggles import changes
from toggles.models import Toggle
from toggles.pages.forms import ExposureForm, ReasonForm
from toggles.reads import get_revision, get_toggle


def exposure(request: HttpRequest, feature: str, environment: str) -> HttpResponse:
    """The form. It sends along the revision that the person looked at."""
    toggle = get_toggle(feature=feature, environment=environment)
    check_may_perform(request, changes.SwitchToggle(feature, environment, enabled=False))
    form = ExposureForm(toggle, request.POST or None)
    if request.method == "POST" and form.is_valid() and _change(request, form):
        return _back_to_feature(request, toggle, "Changed")
    # Read anew: after a conflict the page shows what the toggle has become.
    toggle = get_toggle(feature=feature, environment=environment)
    context = _context(toggle, form=form, richer=form.plain is None)
    status = 422 if form.errors else 200
    return render(request, "toggles/exposure.html", context, status=status)


def go_back(request: HttpRequest, feature: str, environment: str, number: int) -> HttpResponse:
    """Asks for the reason, and shows what would change."""
    toggle = get_toggle(feature=feature, environment=environment)
    check_may_perform(request, changes.RevertToggle(feature, environment, number))
    earlier = get_revision(toggle, number)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _go_back(request, form, toggle, number):
        return _back_to_feature(request, toggle, f"Back at the exposure of revision {number}")
    context = _context(toggle, form=form, earlier=earlier)
    return render(request, "toggles/go_back.html", context, status=422 if form.errors else 200)


def _change(request: HttpRequest, form: ExposureForm) -> bool:
    toggle = form.toggle
    seen = request.POST.get("expected_revision", "")
    readable = seen.isdecimal() and len(seen) < 10  # else the person has seen no revision
    try:
        perform(
            authorship(request, form.cleaned_data["reason"]),
            changes.SetExposure(
                feature=toggle.feature.key,
                environment=toggle.environment.key,
                expected_revision=int(seen) if readable else 0,
                exposure=Exposure.of(enabled=form.cleaned_data["enabled"], rules=form.rules()),
                keep_options=True,
            ),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


def _go_back(request: HttpRequest, form: ReasonForm, toggle: Toggle, number: int) -> bool:
    try:
        perform(
            authorship(request, form.cleaned_data["reason"]),
            changes.RevertToggle(
                feature=toggle.feature.key,
                environment=toggle.environment.key,
                revision=number,
            ),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


def _back_to_feature(request: HttpRequest, toggle: Toggle, what: str) -> HttpResponse:
    messages.success(request, f"{what} in {toggle.environment.name}.")
    return redirect("feature", toggle.feature.key)


def _context(toggle: Toggle, **more: Any) -> dict[str, Any]:
    return {
        "section": "features",
        "feature": toggle.feature,
        "toggle": toggle,
        "revision": toggle.current,
        **more,
    }
