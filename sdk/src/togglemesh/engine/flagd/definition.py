"""A flagd flag definition told in documents of ours."""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from togglemesh.engine.documents.nesting import GREATEST_NESTING
from togglemesh.engine.documents.place import InvalidSnapshot, Place
from togglemesh.engine.documents.sound import OnInvalid, sound

MOST_PARTS = 100_000  # of one flag's targeting, shared evaluators written out
_NOTHING: dict[str, Any] = {"if": []}  # targeting without result: the default variant, or none


def documents_of(
    definition: Mapping[str, Any],
    *,
    fractional: str = "cbor",
    on_invalid: OnInvalid | None = None,
) -> dict[str, Any]:
    """The features by key. Raises InvalidDocument naming the first field that is wrong; with
    `on_invalid` a broken flag is reported there and left out."""
    place = Place("", definition, InvalidSnapshot)
    if not isinstance(definition, Mapping):
        Place("definition", definition, InvalidSnapshot).object()
    flags = place.field("flags").object()
    shared = place.field("$evaluators", default={}).object().value
    metadata = place.field("metadata", default={}).object().value

    def read(key: str) -> dict[str, Any]:
        return _document(key, flags.field(key).object(), shared, metadata, fractional)

    return dict(sound(flags.value, read, on_invalid))


def _document(
    key: str,
    flag: Place,
    shared: Mapping[str, Any],
    metadata: Mapping[str, Any],
    fractional: str,
) -> dict[str, Any]:
    flag.field("state").one_of(("ENABLED", "DISABLED"), "a state")
    variants = flag.field("variants").object().value
    default = _default(flag, variants)
    targeting = flag.value.get("targeting") or None
    own = flag.field("metadata").object().value if flag.value.get("metadata") else {}
    document: dict[str, Any] = {
        "key": key,
        "enabled": flag.value["state"] == "ENABLED",
        "variants": {name: {"value": value} for name, value in variants.items()},
        "off_variant": None,
        "default_variant": default,
        "metadata": {**metadata, **own},
        "fractional": fractional,
    }
    if targeting is not None:
        return document | {"targeting": resolved(targeting, shared)}
    if default is None or not document["enabled"]:
        return document | {"targeting": _NOTHING}
    everyone = {"id": "default", "split": [{"variant": default, "weight": 1}]}
    return document | {"rules": [everyone], "off_variant": default}


def _default(flag: Place, variants: Mapping[str, Any]) -> str | None:
    default = flag.field("defaultVariant").value
    if isinstance(default, bool):
        default = "true" if default else "false"
    if default is None or default == "":
        return None
    return Place(f"{flag.path}.defaultVariant", default, flag.refusal).one_of(
        variants, "one of the variants"
    )


def resolved(logic: Any, shared: Mapping[str, Any]) -> Any:
    """The logic with every `$ref` replaced by the shared evaluator that it names."""
    return _resolved(logic, shared, (), GREATEST_NESTING, count(1))


def _resolved(
    logic: Any,
    shared: Mapping[str, Any],
    within: tuple[str, ...],
    levels: int,
    counted: Iterator[int],
) -> Any:
    """Stops before it has written out what a few references to references can make of nothing."""
    if levels == 0 or next(counted) > MOST_PARTS:
        most = f"{GREATEST_NESTING} levels, {MOST_PARTS} parts"
        raise InvalidSnapshot("$evaluators", f"make targeting too large; at most {most}")
    if isinstance(logic, list):
        return [_resolved(one, shared, within, levels - 1, counted) for one in logic]
    if not isinstance(logic, Mapping):
        return logic
    name = logic.get("$ref")
    if len(logic) == 1 and isinstance(name, str):
        if name in within or name not in shared:
            raise InvalidSnapshot(f"$evaluators.{name}", "is missing, or refers to itself")
        return _resolved(shared[name], shared, (*within, name), levels - 1, counted)
    return {
        key: _resolved(value, shared, within, levels - 1, counted) for key, value in logic.items()
    }
