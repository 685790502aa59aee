"""Change features, toggles and segments.

Each action is one transaction: the change, its revision, the audit entry, the change log's next
number and the outbox event, all or none.
"""

from toggles.actions.exposure import go_back, set_exposure
from toggles.actions.features import (
    ON_AND_OFF,
    create_feature,
    mark_carried,
    set_client_side,
    set_variants,
)
from toggles.actions.segments import set_segment

__all__ = [
    "ON_AND_OFF",
    "create_feature",
    "go_back",
    "mark_carried",
    "set_client_side",
    "set_exposure",
    "set_segment",
    "set_variants",
]
