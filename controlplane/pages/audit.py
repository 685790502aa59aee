"""The audit log, and whether its chain holds."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from governance.models import AuditEntry
from governance.reads import first_broken_entry

ON_ONE_PAGE = 50


def audit(request: HttpRequest) -> HttpResponse:
    """Newest first. The whole chain is proved anew on each visit."""
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
    context = {"section": "audit", "q": text, "page": page, "broken": first_broken_entry()}
    return render(request, "governance/audit.html", context)
