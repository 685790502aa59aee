"""The button that makes cart v2 fail, and heals it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.pages.gate import name_of
from accounts.pages.rights import check_edit
from accounts.reads import get_team
from demo.actions import set_fault
from demo.layout import shop_folder
from demo.seed import TEAM
from governance.authorship import Authorship


@require_POST
def set_fault_switch(request: HttpRequest) -> HttpResponse:
    """POST `failing=1` or `failing=0`. Answers the switch to htmx, else goes back to `next`."""
    check_edit(request, get_team(TEAM))
    failing = request.POST.get("failing") == "1"
    reason = "make cart v2 fail" if failing else "heal cart v2"
    by = Authorship(name_of(request), f"demo: {reason}")
    set_fault(by, shop_folder(settings.CONFIGURATION.home), failing=failing)
    if request.headers.get("HX-Request"):
        return render(request, "demo/fault_switch.html")
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    # Without the slash Django would look for a view of that name.
    return wanted if safe and wanted.startswith("/") else "/"
