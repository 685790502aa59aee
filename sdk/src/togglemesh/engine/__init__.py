"""The evaluation engine that the server and the SDK share: pure, compiled once per change."""

from togglemesh.engine.bucketing import share_bucket, split_point
from togglemesh.engine.decision import Decision, Reason
from togglemesh.engine.documents import (
    InvalidContext,
    InvalidDocument,
    InvalidFeature,
    InvalidSegment,
    InvalidSnapshot,
    validate_constraints,
    validate_context,
    validate_feature,
    validate_segments,
    validate_snapshot,
)
from togglemesh.engine.engine import ChangeGap, Engine
from togglemesh.engine.explanation import (
    Explanation,
    Looked,
    LookedAtList,
    LookedAtPrerequisite,
    LookedAtRule,
    LookedAtShare,
)
from togglemesh.engine.exposure import Exposure
from togglemesh.engine.panel import Panel
from togglemesh.engine.prerequisites import find_cycle

__all__ = [
    "ChangeGap",
    "Decision",
    "Engine",
    "Explanation",
    "Exposure",
    "InvalidContext",
    "InvalidDocument",
    "InvalidFeature",
    "InvalidSegment",
    "InvalidSnapshot",
    "Looked",
    "LookedAtList",
    "LookedAtPrerequisite",
    "LookedAtRule",
    "LookedAtShare",
    "Panel",
    "Reason",
    "find_cycle",
    "share_bucket",
    "split_point",
    "validate_constraints",
    "validate_context",
    "validate_feature",
    "validate_segments",
    "validate_snapshot",
]
