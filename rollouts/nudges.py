"""Ask a worker to carry a rollout on. Losing a nudge is fine: the sweeper finds what is due."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from governance.bulkheads import Bulkhead, NotAnswered

log = logging.getLogger(__name__)

EXPIRES = 10  # seconds; a later sweep has sent another one by then
# A click does not wait for a broker that is down: one attempt, two seconds at the longest.
AT_ONCE = {"max_retries": 0, "socket_connect_timeout": 2, "socket_timeout": 2}
_broker = Bulkhead(each=2, most=2, seconds=2.0)


def nudge_after_commit(rollout: UUID) -> None:
    """Nudge once the present transaction has committed."""
    transaction.on_commit(lambda: nudge(rollout), robust=True)


def nudge(rollout: UUID) -> None:
    """Send the task by its name; a broker that is down is logged, and nobody's error."""
    try:
        _broker.ask("broker", lambda: _send(rollout))
    except (OperationalError, OSError, NotAnswered) as down:
        log.warning("rollout.nudge_lost rollout=%s reason=%s", rollout, down)


def _send(rollout: UUID) -> None:
    with current_app.connection_for_write(transport_options=AT_ONCE) as broker:
        current_app.send_task(
            "rollouts.nudge", [str(rollout)], expires=EXPIRES, retry=False, connection=broker
        )
