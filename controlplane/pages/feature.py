"""One feature, whole: toggles, participants and versions, routes, rollouts, revisions, audit."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Environment
from accounts.pages.people import refusal_in_words
from accounts.requests import may, may_perform
from governance.models import AuditEntry
from governance.policy import EVERY, InTeam
from governance.principals import Role
from rollouts.models import FINISHED, Rollout
from routing.models import Participant, Placement, Route, ServiceVersion
from routing.reads import agrees
from toggles.changes import SetFeature
from toggles.models import Feature, Revision, Toggle
from toggles.reads import get_feature

REVISIONS = 8
ENTRIES = 10


def feature(request: HttpRequest, key: str) -> HttpResponse:
    """The page. What can be changed from it are pages of their own."""
    found = get_feature(key)
    editable = may_perform(request, SetFeature(key))
    context = {
        "section": "features",
        "feature": found,
        "toggles": _toggles(found),
        "participants": _participants(request, found),
        "routes": _routes(found),
        "rollouts": _rollouts(found),
        "entries": _entries(found),
        "may_edit": editable,
        "why_not": "" if editable else refusal_in_words(found.owner),
    }
    return render(request, "features/feature.html", context)


def _toggles(found: Feature) -> list[dict[str, Any]]:
    toggles = found.toggles.select_related("environment", "current").order_by(
        "-environment__position"
    )
    running = {r.toggle_id: r for r in _rollouts(found) if r.state not in FINISHED}
    return [
        {"toggle": toggle, "running": running.get(toggle.pk), "revisions": _revisions(toggle)}
        for toggle in toggles
    ]


def _revisions(toggle: Toggle) -> QuerySet[Revision]:
    return toggle.revisions.order_by("-number")[:REVISIONS]


def _participants(request: HttpRequest, found: Feature) -> list[dict[str, Any]]:
    environments = list(Environment.objects.order_by("-position"))
    versions = Prefetch("service__versions", ServiceVersion.objects.select_related("environment"))
    placements = Prefetch("service__placements", Placement.objects.select_related("baseline"))
    rows = found.participants.select_related("service__owner", "feature")
    return [
        {
            "participant": row,
            "places": [_place(row, where) for where in environments],
            **_agreement(request, row),
        }
        for row in rows.prefetch_related(versions, placements, "service__consents")
    ]


def _agreement(request: HttpRequest, row: Participant) -> dict[str, bool]:
    """Whether the service's team agrees, and whether to offer the person a change of that."""
    foreign = row.service.owner_id != row.feature.owner_id
    editor = InTeam(Role.EDITOR, row.service.owner.key, EVERY)
    return {"agreed": agrees(row), "may_agree": foreign and may(request, editor)}


def _place(row: Participant, where: Environment) -> dict[str, Any]:
    """The service's versions in one environment, and which of them everybody gets."""
    baselines = {
        p.baseline_id for p in row.service.placements.all() if p.environment_id == where.pk
    }
    versions = [v for v in row.service.versions.all() if v.environment_id == where.pk]
    return {
        "environment": where,
        "versions": [{"version": v, "is_baseline": v.pk in baselines} for v in versions],
    }


def _routes(found: Feature) -> QuerySet[Route]:
    return found.routes.select_related("service", "environment", "version").order_by(
        "-environment__position", "service__key"
    )


def _rollouts(found: Feature) -> QuerySet[Rollout]:
    rows = Rollout.objects.filter(toggle__feature=found)
    return rows.select_related("toggle__environment").order_by("-started_at")[:6]


def _entries(found: Feature) -> QuerySet[AuditEntry]:
    """About the feature, its toggles, participants and rollouts; each effect is on the rollout's
    own page."""
    rollouts = [f"rollout:{rollout.pk}" for rollout in _rollouts(found)]
    about = Q(subject=f"feature:{found.key}") | Q(subject__in=rollouts)
    about |= Q(subject__startswith=f"participant:{found.key}/")
    about |= Q(subject__startswith="toggle:", subject__endswith=f"/{found.key}")
    entries = AuditEntry.objects.filter(about).exclude(action="rollout.effect")
    return entries.order_by("-number")[:ENTRIES]
