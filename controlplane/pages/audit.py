"""The audit log, and when and how far its chain was verified."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from governance.models import AuditEntry
from governance.reads import last_check

ON_ONE_PAGE = 50


def audit(request: HttpRequest) -> HttpResponse:
    """Newest first, and what the check in the background found last."""
    text = request.GET.get("q", "").strip()
    found = AuditEntry.objects.order_by("-number")
    if text:
        found = found.filter(
            Q(subject__icontains=text)
            | Q(action__icontains=text)
            | Q(author__icontains=text)
            | Q(reason__icontains=text)
        )
    page = Paginator(found, ON_ONE_PAGE).get_page(request.GET.get("page"))
    context = {"section": "audit", "q": text, "page": page, "check": last_check()}
    return render(request, "governance/audit.html", context)
