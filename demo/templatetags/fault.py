"""What the fault switch shows: `{% fault_is_on as failing %}`, `{% may_set_fault as allowed %}`."""

from django import template
from django.conf import settings
from django.http import HttpRequest

from accounts.requests import may_perform
from demo.changes import SetFault
from demo.faults import is_failing
from demo.layout import shop_folder
from governance.refusals import NotFound

register = template.Library()


@register.simple_tag
def fault_is_on() -> bool:
    return is_failing(shop_folder(settings.CONFIGURATION.home))


@register.simple_tag(takes_context=True)
def may_set_fault(context: template.Context) -> bool:
    """False also where the shop was never seeded."""
    request: HttpRequest = context["request"]
    try:
        return may_perform(request, SetFault(shop_folder(settings.CONFIGURATION.home), False))
    except NotFound:
        return False
