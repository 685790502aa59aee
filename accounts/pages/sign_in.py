"""Sign in and out, with Django's own users and sessions."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django_htmx.http import HttpResponseClientRedirect


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The form. Somebody who is signed in already goes on to the features."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A fragment that meets the end of its session sends the whole page to sign in."""
        if request.headers.get("HX-Request") == "true":
            return _leave_page(request)
        return super().dispatch(request, *args, **kwargs)


class SignOut(LogoutView):
    """Ends the session. POST only, so that no link on another site can do it."""

    http_method_names = ["post", "options"]


def _leave_page(request: HttpRequest) -> HttpResponse:
    there = urlsplit(request.headers.get("HX-Current-URL", ""))
    query = urlencode({"next": there.path or "/"})
    return HttpResponseClientRedirect(f"{reverse('sign-in')}?{query}")
