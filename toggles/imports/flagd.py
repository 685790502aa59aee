"""What a flagd flag definition asks for."""

from collections.abc import Mapping
from typing import Any

from governance.refusals import Invalid
from togglemesh.engine import InvalidDocument
from togglemesh.engine.flagd.definition import documents_of
from toggles.imports.wanted import Broken, Document, Wanted, wanted_of

OFF = ("off", "false", "disabled", "none")


def read(
    definition: Mapping[str, Any], *, fractional: str = "cbor", skip_broken: bool = False
) -> Wanted:
    """Raises Invalid naming `file`."""
    broken = Broken()
    on_invalid = broken.note if skip_broken else None
    try:
        documents = documents_of(definition, fractional=fractional, on_invalid=on_invalid)
    except InvalidDocument as problem:
        raise Invalid(file=str(problem)) from None
    wanted = {key: _wanted(document) for key, document in documents.items()}
    return Wanted(wanted, broken=broken.by_place)


def _wanted(document: Document) -> Any:
    if document.get("rules"):  # neither says anything to rules
        document = {k: v for k, v in document.items() if k not in ("fractional", "default_variant")}
    return wanted_of(document, _off(document["variants"]))


def _off(variants: Document) -> str:
    """What the feature decides to where it is off. flagd has no such variant: the caller's default
    is taken there. So it is the one that is called or reads so, else the first.
    """
    named = [name for name in variants if name.lower() in OFF]
    empty = [name for name, one in variants.items() if not one["value"]]
    return next(iter([*named, *empty, *variants]), "off")
