"""Everything that a rollout leaves behind, to compare a killed run with one never killed."""

from __future__ import annotations

import json
from typing import Any

from events.models import OutboxEvent
from governance.models import AuditEntry
from rollouts.models import Rollout
from routing.models import Route
from tests.routing.fake_router import FakeRouter
from toggles.models import Change, Revision


def end_state(rollout: Rollout, router: FakeRouter) -> Any:
    """All of it but times, as plain values; the rollout's id is replaced by `ID`."""
    whole = {
        "rollout": [rollout.state, rollout.why, rollout.cause, rollout.position],
        "ledger": list(rollout.effects.values_list("name", "detail")),
        "revisions": _rows(Revision, "number", "enabled", "rules", "author", "origin"),
        "changes": _rows(Change, "number", "kind", "key", "document"),
        "routes": _rows(Route, "service__key", "version__version", "wanted"),
        "audit": _rows(AuditEntry, "number", "author", "action", "subject", "detail"),
        "events": _rows(OutboxEvent, "topic", "type", "key", "payload"),
        "mesh": [router.state()["services"], router.state()["writes"]],
    }
    return json.loads(json.dumps(whole).replace(str(rollout.id), "ID"))


def _rows(model: Any, *fields: str) -> list[Any]:
    return list(model.objects.order_by("id").values_list(*fields))
