"""Our own YAML: one environment whole, as people would write it."""

from typing import Any

from governance.refusals import Invalid
from toggles.imports.files import write_yaml
from toggles.imports.wanted import Document, Wanted, WantedFeature
from toggles.models import Lifecycle, Revision, Segment, Toggle
from toggles.rules import MORE

FORMAT = "togglemesh/1"
TEXTS = ("name", "description", "kind", "owner")
KINDS = {"variants": dict, "off_variant": str, "enabled": bool, "rules": list, "more": dict}
WORDS = {dict: "an object", str: "text", bool: "true or false", list: "a list"}
FIELDS = (*TEXTS, "variants", "off_variant", "enabled", "rules", "more")


def write(environment: str) -> str:
    """The environment's features and the segments, sorted by key."""
    toggles = Toggle.objects.select_related("feature__owner", "current").filter(
        environment__key=environment, feature__lifecycle=Lifecycle.ACTIVE
    )
    document = {
        "format": FORMAT,
        "environment": environment,
        "segments": {s.key: _segment(s) for s in Segment.objects.order_by("key")},
        "features": {
            t.feature.key: _feature(t, t.current)
            for t in toggles.order_by("feature__key")
            if t.current is not None
        },
    }
    return write_yaml(document)


def read(document: Any, *, skip_broken: bool = False) -> Wanted:
    """Raises Invalid naming `file`."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Invalid(file=f"It has no `format: {FORMAT}`, so it is not of `manage.py export`.")
    features, segments = document.get("features") or {}, document.get("segments") or {}
    if not isinstance(features, dict) or not isinstance(segments, dict):
        raise Invalid(file="`features` and `segments` are objects by key.")
    wanted, broken = {}, {}
    for key, one in features.items():
        try:
            wanted[key] = _wanted(str(key), one)
        except Invalid as problem:
            if not skip_broken:
                raise
            broken[f"features.{key}"] = problem.errors["file"]
    return Wanted(wanted, segments, broken=broken)


def _wanted(key: str, document: Any) -> WantedFeature:
    if not isinstance(document, dict):
        raise Invalid(file=f"features.{key} must be an object.")
    for field in document:
        if field not in FIELDS:
            raise Invalid(file=f"features.{key}.{field} is not a field here.")
    needed = ("variants", "off_variant", "enabled")
    missing = [field for field in needed if field not in document]
    if missing:
        raise Invalid(file=f"features.{key} lacks {', '.join(missing)}.")
    given: Document = {"rules": [], "more": {}, **document}
    for field, kind in KINDS.items():
        if not isinstance(given[field], kind):
            raise Invalid(file=f"features.{key}.{field} must be {WORDS[kind]}.")
    return WantedFeature(key=key, **given)


def _segment(segment: Segment) -> Document:
    told = {"name": segment.name, "constraints": segment.constraints}
    return told if segment.when is None else told | {"when": segment.when}


def _feature(toggle: Toggle, revision: Revision) -> Document:
    feature = toggle.feature
    texts = (feature.name, feature.description, feature.kind, feature.owner.key)
    more = {name: revision.more[name] for name in MORE if name in revision.more}
    return {
        **dict(zip(TEXTS, texts, strict=True)),
        "variants": feature.variants,
        "off_variant": feature.off_variant,
        "enabled": revision.enabled,
        "rules": revision.rules,
        **({"more": more} if more else {}),
    }
