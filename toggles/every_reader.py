"""What is stored has been read by everything that will read it, before it is committed.

A document that one reader cannot take would break lists, exports and streams for everybody, so each
of them tries it first: the engine, our words, Unleash's, and the encodings. Pure.
"""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from governance.input import find_problem
from governance.refusals import Invalid
from togglemesh.engine.compile import compile_feature
from toggles.evaluator.unleash.conditions import say_segment
from toggles.evaluator.unleash.constraints import Impossible
from toggles.evaluator.unleash.features import say_feature
from toggles.evaluator.unleash.segment_ids import number_segments
from toggles.evaluator.unleash.unsayable import Unsayable
from toggles.imports.files import read_yaml, write_yaml
from toggles.words import condition_in_words, constraint_in_words, exposure_in_words

log = logging.getLogger("toggles")

LARGEST_TRIED_AS_YAML = 16_384  # bytes as JSON

Document = Mapping[str, Any]
Readers = Mapping[str, Callable[[Document], object]]


def check_values(document: Document, field_of: Callable[[str], str]) -> None:
    """Raise Invalid for a value that cannot be kept; `field_of` gives the field to name for the
    first name of a path."""
    problem = find_problem(dict(document))
    if problem is not None:
        field = field_of(problem.place.partition(".")[0])
        raise Invalid(**{field: f"{problem.place}: {problem.sentence}"})


def check_feature(document: Document) -> None:
    """Raise Invalid naming `request` when a reader breaks. Takes the document to be valid."""
    _try_all(FEATURE_READERS, document)


def check_segment(document: Document) -> None:
    """The same for a segment's document."""
    _try_all(SEGMENT_READERS, document)


def _try_all(readers: Readers, document: Document) -> None:
    for name, read in readers.items():
        try:
            read(document)
        except Exception as problem:
            # A fault of ours: the checks before should have refused it with its place.
            log.exception("toggles.unreadable reader=%s key=%s", name, document.get("key"))
            raise Invalid(
                request=f"It cannot be stored: {name} cannot read it ({type(problem).__name__}). "
                "Please report this with the server's log."
            ) from None


def _tell_feature(document: Document) -> None:
    exposure_in_words(document["enabled"], document.get("rules", []), document)


def _tell_segment(document: Document) -> None:
    for one in document["constraints"]:
        constraint_in_words(one)
    if document.get("when"):
        condition_in_words(document["when"])


def _as_unleash(document: Document) -> None:
    """Segments are tried by themselves: here each is taken to ask nothing."""
    segments = {key: {"key": key, "constraints": []} for key in _segments_named(document)}
    say_feature(document, {}, segments, number_segments(segments))


def _segments_named(document: Document) -> frozenset[str]:
    return compile_feature(document, {}).segments


def _segment_as_unleash(document: Document) -> None:
    try:
        msgspec.json.encode(say_segment(document))
    except (Unsayable, Impossible):
        return  # foreseen: no strategy names it


def _asked(document: Document) -> None:
    """A feature that asks the segment is compiled."""
    split = [{"variant": "off", "weight": 1}]
    feature = {
        "key": "asking",
        "enabled": True,
        "variants": {"off": {"value": False}},
        "off_variant": "off",
        "rules": [{"id": "asking", "segments": ["asked"], "split": split}],
    }
    compile_feature(feature, {"asked": document}).decide({})


def _as_yaml(document: Document) -> None:
    # YAML takes a second for what JSON takes a millisecond, and other writers wait meanwhile.
    if (
        len(msgspec.json.encode(document)) <= LARGEST_TRIED_AS_YAML
        and read_yaml(write_yaml(document).encode()) != document
    ):
        raise ValueError("it does not come back as it was")


def _as_json(document: Document) -> None:
    json.dumps(document, allow_nan=False).encode()
    msgspec.json.encode(document)


FEATURE_READERS: Readers = {
    "the engine": lambda document: compile_feature(document, {}).decide({}),
    "the page": _tell_feature,
    "the API of Unleash": _as_unleash,
    "JSON": _as_json,
    "the export": _as_yaml,
}
SEGMENT_READERS: Readers = {
    "the engine": _asked,
    "the page": _tell_segment,
    "the API of Unleash": _segment_as_unleash,
    "JSON": _as_json,
    "the export": _as_yaml,
}
