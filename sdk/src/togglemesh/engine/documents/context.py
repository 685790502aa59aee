"""Checks of an evaluation context at the edge. The engine itself takes anything."""

from collections.abc import Mapping
from typing import Any

from togglemesh.engine.documents.place import InvalidContext, Place

IDS = ("targetingKey", "userId", "sessionId")


def validate_context(context: Any, *, at: str = "context") -> dict[str, Any]:
    """The context as a dict (None is the empty one); raises InvalidContext naming the field.

    Nested values other than `properties` are let through: contexts of OpenFeature hold them,
    and the engine takes them for absent.
    """
    if context is None:
        return {}
    place = Place(at, context, InvalidContext).object()
    for name in IDS:
        _check_id(place.field(name))
    properties = place.field("properties")
    if properties.value is not None:
        for name in IDS:
            _check_id(properties.object().field(name))
    return {str(name): value for name, value in context.items()}


def _check_id(place: Place) -> None:
    if isinstance(place.value, bool | Mapping | list | tuple):
        place.refuse_value("must be text or a number")
