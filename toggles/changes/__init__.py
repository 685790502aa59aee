"""Changes of features, toggles and segments.

Each is one transaction: the rows, the revision, the audit entry, the change log's next number and
the outbox event, all or none.
"""

from toggles.changes.exposure import RevertToggle, SetExposure, SwitchToggle
from toggles.changes.features import (
    ON_AND_OFF,
    CreateFeature,
    MarkCarried,
    SetFeature,
    SetFeatureState,
    SetVariants,
)
from toggles.changes.lifecycle import ArchiveFeature, DeleteFeature, RestoreFeature
from toggles.changes.segments import DeleteSegment, SetSegment

__all__ = [
    "ON_AND_OFF",
    "ArchiveFeature",
    "CreateFeature",
    "DeleteFeature",
    "DeleteSegment",
    "MarkCarried",
    "RestoreFeature",
    "RevertToggle",
    "SetExposure",
    "SetFeature",
    "SetFeatureState",
    "SetSegment",
    "SetVariants",
    "SwitchToggle",
]
