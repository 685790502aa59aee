"""Checks of everything that comes from outside; each refusal names the field and the remedy.

`strict` is for the edge, where a person's typing error must be refused; without it a reader
takes what a newer server may send (unknown fields and operators).
"""

from togglemesh.engine.documents.context import validate_context
from togglemesh.engine.documents.feature import validate_feature
from togglemesh.engine.documents.nesting import GREATEST_NESTING, GREATEST_NESTING_AROUND
from togglemesh.engine.documents.place import (
    InvalidContext,
    InvalidDocument,
    InvalidFeature,
    InvalidSegment,
    InvalidSnapshot,
)
from togglemesh.engine.documents.segment import validate_constraints, validate_segments
from togglemesh.engine.documents.snapshot import validate_change, validate_snapshot

__all__ = [
    "GREATEST_NESTING",
    "GREATEST_NESTING_AROUND",
    "InvalidContext",
    "InvalidDocument",
    "InvalidFeature",
    "InvalidSegment",
    "InvalidSnapshot",
    "validate_change",
    "validate_constraints",
    "validate_context",
    "validate_feature",
    "validate_segments",
    "validate_snapshot",
]
