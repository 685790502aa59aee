"""Reading parts of an Unleash document that may be missing or null, and must be sound if not."""

from typing import Any

from togglemesh.engine.documents.place import Place


def items(place: Place) -> list[Place]:
    """What a list holds, of any kind."""
    return [] if place.value is None else place.items()


def objects(place: Place) -> list[Place]:
    """The objects of a list."""
    return [one.object() for one in items(place)]


def values(place: Place) -> list[Any]:
    """The texts, numbers, true or false of a list."""
    if place.value is None:
        return []
    for one in place.items():
        if not isinstance(one.value, str | int | float):
            one.refuse_value("must be text")
    return list(place.value)


def text(place: Place) -> str | None:
    """A text that is not empty."""
    return None if place.value in (None, "") else place.text()


def parameters(strategy: Place) -> Place:
    """A strategy's parameters, each a text, a number, true, false or null."""
    place = strategy.field("parameters")
    if place.value is None:
        return place.holding({})
    for name in place.object().value:
        one = place.field(name)
        if one.value is not None and not isinstance(one.value, str | int | float):
            one.refuse_value("must be text")
    return place
