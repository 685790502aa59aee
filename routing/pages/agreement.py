"""A service's team agrees to its part in a feature, or takes that back; asks for the reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.requests import authorship, check_may_perform
from governance.changes import perform
from governance.refusals import Refusal
from routing.changes import AgreeToParticipant
from routing.reads import get_participant
from toggles.pages.forms import ReasonForm


def agreement(request: HttpRequest, feature: str, service: str, *, agreed: bool) -> HttpResponse:
    """Both ways; `agreed` says which."""
    found = get_participant(feature, service)
    change = AgreeToParticipant(feature, service, agreed=agreed)
    check_may_perform(request, change)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _agree(request, form, change):
        told = "agrees to its part" if agreed else "takes its agreement back"
        messages.success(request, f"{found.service.owner.name} {told}: {found.service.name}.")
        return redirect("feature", feature)
    context = {
        "section": "features",
        "form": form,
        "feature": found.feature,
        "participant": found,
        "agreed": agreed,
    }
    return render(request, "routing/agreement.html", context, status=422 if form.errors else 200)


def _agree(request: HttpRequest, form: ReasonForm, change: AgreeToParticipant) -> bool:
    try:
        perform(authorship(request, form.cleaned_data["reason"]), change)
    except Refusal as refused:
        form.refuse(refused)
        return False
    return True
