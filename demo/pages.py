"""The button that makes cart v2 fail, and heals it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.requests import authorship
from demo.changes import SetFault
from demo.layout import shop_folder
from governance.changes import perform


@require_POST
def set_fault_switch(request: HttpRequest) -> HttpResponse:
    """POST `failing=1` or `failing=0`. Answers the switch to htmx, else goes back to `next`."""
    failing = request.POST.get("failing") == "1"
    reason = "make cart v2 fail" if failing else "heal cart v2"
    shop = shop_folder(settings.CONFIGURATION.home)
    perform(authorship(request, f"demo: {reason}"), SetFault(shop, failing))
    if request.headers.get("HX-Request"):
        return render(request, "demo/fault_switch.html")
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    # Without the slash Django would look for a view of that name.
    return wanted if safe and wanted.startswith("/") else "/"
