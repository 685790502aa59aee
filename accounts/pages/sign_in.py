"""Sign in and out, with Django's own users and sessions."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django_htmx.http import HttpResponseClientRedirect

from accounts.addresses import Network, client_address
from accounts.throttle import forget_failures, note_failure, seconds_to_wait

TOO_MANY = 429


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

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """After too many wrong passwords not even the right one is looked at."""
        wait = seconds_to_wait(*_who(request), timezone.now())
        if wait:
            return self._ask_to_wait(wait)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        note_failure(*_who(self.request), timezone.now())
        return super().form_invalid(form)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        forget_failures(*_who(self.request))
        return super().form_valid(form)

    def _ask_to_wait(self, seconds: int) -> HttpResponse:
        form = self.get_form_class()(self.request)
        context = self.get_context_data(form=form, wait_minutes=-(-seconds // 60))
        answer = self.render_to_response(context, status=TOO_MANY)
        answer["Retry-After"] = str(seconds)
        return answer


class SignOut(LogoutView):
    """Ends the session. POST only, so that no link on another site can do it."""

    http_method_names = ["post", "options"]


def _who(request: HttpRequest) -> tuple[str, str]:
    """The account that is tried, and the address that it is tried from."""
    address = client_address(
        request.META.get("REMOTE_ADDR", ""),
        [request.headers.get("X-Forwarded-For", "")],
        _trusted_proxies(),
    )
    return request.POST.get("username", ""), address


def _trusted_proxies() -> Sequence[Network]:
    named: Sequence[Network] = settings.CONFIGURATION.trusted_proxies
    return named


def _leave_page(request: HttpRequest) -> HttpResponse:
    query = urlencode({"next": _path_of(request.headers.get("HX-Current-URL", "")) or "/"})
    return HttpResponseClientRedirect(f"{reverse('sign-in')}?{query}")


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:  # no browser sends it, but anybody may
        return ""
