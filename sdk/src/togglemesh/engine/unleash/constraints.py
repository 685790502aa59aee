"""Constraints of Unleash, as its SDKs take them."""

import re
from collections.abc import Callable
from typing import Any

from togglemesh.engine.documents.place import Place
from togglemesh.engine.operators.dates import seconds_of
from togglemesh.engine.operators.numbers import number_of
from togglemesh.engine.operators.versions import precedence_of
from togglemesh.engine.unleash import reading

# No operator of ours: a strategy with a value that cannot be read takes nobody, inverted or not.
UNREADABLE = "UNREADABLE_VALUE"

_WHOLE_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d.*([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _is_moment(text: str) -> bool:
    return _WHOLE_MOMENT.fullmatch(text) is not None and seconds_of(text) is not None


# These take one `value`; the others take `values`.
_SINGLE: dict[str, Callable[[str], bool]] = {
    "NUM_": lambda text: number_of(text) is not None,
    "DATE_": _is_moment,
    "SEMVER_": lambda text: precedence_of(text) is not None,
    "REGEX": lambda _text: True,
}


def constraints_of(place: Place) -> list[dict[str, Any]]:
    return [constraint_of(one) for one in reading.objects(place)]


def constraint_of(place: Place) -> dict[str, Any]:
    operator = place.field("operator").text()
    values = reading.values(place.field("values"))
    readable = next((ok for name, ok in _SINGLE.items() if operator.startswith(name)), None)
    if readable is not None:
        values = [str(place.value.get("value") or "")]
        operator = operator if readable(values[0]) else UNREADABLE
    return {
        "field": str(place.value.get("contextName") or ""),
        "operator": operator,
        "values": values,
        "inverted": bool(place.value.get("inverted")),
        # The server would honour it for IN too; the SDKs, which decide, do not.
        "case_insensitive": bool(place.value.get("caseInsensitive"))
        and operator not in ("IN", "NOT_IN"),
    }
