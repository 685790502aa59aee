"""Create and change segments."""

from typing import Any

from django.db import transaction

from accounts.models import Environment
from events.actions import emit
from governance.actions import record
from governance.authorship import Authorship
from governance.names import check_key
from governance.turn import take_turn
from toggles import change_log, rules
from toggles.documents import segment_document
from toggles.models import Segment


@transaction.atomic
def set_segment(
    by: Authorship,
    *,
    key: str,
    name: str,
    constraints: list[dict[str, Any]],
    when: dict[str, Any] | None = None,
) -> Segment:
    """Create or change a segment; every environment gets it. The same again changes nothing."""
    check_key(key)
    rules.check_segment({"constraints": constraints, "when": when})
    take_turn()
    segment = Segment.objects.filter(key=key).first() or Segment(key=key)
    asked = (name, constraints, when)
    if segment.pk and (segment.name, segment.constraints, segment.when) == asked:
        return segment
    segment.name, segment.constraints, segment.when = asked
    segment.save()
    detail = segment_document(segment)
    record(by, "segment.set", f"segment:{key}", detail)
    emit("toggles", "segment.set", key, detail)
    for environment in Environment.objects.all():
        change_log.append(environment, "segment", key, detail)
    return segment
