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

__all__ = [
    "ChangeGap",
    "Decision",
    "Engine",
    "InvalidContext",
    "InvalidDocument",
    "InvalidFeature",
    "InvalidSegment",
    "InvalidSnapshot",
    "Reason",
    "share_bucket",
    "split_point",
    "validate_constraints",
    "validate_context",
    "validate_feature",
    "validate_segments",
    "validate_snapshot",
]
