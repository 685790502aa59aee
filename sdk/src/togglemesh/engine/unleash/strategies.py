"""Strategies of Unleash: what each asks beside its constraints and segments."""

from collections.abc import Callable
from typing import Any

from togglemesh.engine.documents.place import Place
from togglemesh.engine.fields import text_of
from togglemesh.engine.unleash import reading
from togglemesh.engine.unleash.constraints import constraints_of

Parameters = dict[str, Any]
Conditions = dict[str, Any]


def conditions_of(strategy: Place, feature: str, host: str | None) -> Conditions | None:
    """The rule's fields but its split; None for a strategy that takes nobody."""
    build = _STRATEGIES.get(strategy.field("name").text())
    if build is None:
        return None
    found = build(dict(reading.parameters(strategy).value), feature, host)
    if found is None:
        return None
    constraints = constraints_of(strategy.field("constraints"))
    segments = [str(one) for one in reading.values(strategy.field("segments"))]
    own = found.pop("constraints", [])
    return {"segments": segments, "constraints": [*constraints, *own], **found}


def percentage_of(value: Any) -> int:
    """The share that a parameter writes; 0 for what writes none."""
    text = text_of(value) or ""
    percentage = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return percentage if percentage <= 100 else 0


def _listed(parameters: Parameters, name: str) -> list[str]:
    texts = str(parameters.get(name) or "").split(",")
    return [text.strip() for text in texts if text.strip()]


def _in(field: str, values: list[str], operator: str = "IN", *, fold: bool = False) -> Conditions:
    one = {"field": field, "operator": operator, "values": values, "case_insensitive": fold}
    return {"constraints": [one]}


def _default(_parameters: Parameters, _feature: str, _host: str | None) -> Conditions:
    return {}


def _flexible(parameters: Parameters, feature: str, _host: str | None) -> Conditions:
    return {
        "percentage": percentage_of(parameters.get("rollout")),
        "stickiness": str(parameters.get("stickiness") or "default"),
        "group": _group(parameters, feature),
    }


def _group(parameters: Parameters, feature: str) -> str:
    group = parameters.get("groupId")
    return feature if group is None else str(group)


def _user_with_id(parameters: Parameters, _feature: str, _host: str | None) -> Conditions:
    return _in("userId", _listed(parameters, "userIds"))


def _gradual(stickiness: str) -> Callable[[Parameters, str, str | None], Conditions]:
    def build(parameters: Parameters, feature: str, _host: str | None) -> Conditions:
        return {
            "percentage": percentage_of(parameters.get("percentage")),
            "stickiness": stickiness,
            "group": _group(parameters, feature),
        }

    return build


def _remote_address(parameters: Parameters, _feature: str, _host: str | None) -> Conditions:
    return _in("remoteAddress", _listed(parameters, "IPs"), "IN_CIDR")


def _hostname(parameters: Parameters, _feature: str, host: str | None) -> Conditions | None:
    names = _listed(parameters, "hostNames")
    if host is None:
        return _in("hostname", names, fold=True)
    return {} if host.lower() in (name.lower() for name in names) else None


_STRATEGIES: dict[str, Callable[[Parameters, str, str | None], Conditions | None]] = {
    "default": _default,
    "flexibleRollout": _flexible,
    "userWithId": _user_with_id,
    "gradualRolloutUserId": _gradual("userId"),
    "gradualRolloutSessionId": _gradual("sessionId"),
    "gradualRolloutRandom": _gradual("random"),
    "remoteAddress": _remote_address,
    "applicationHostname": _hostname,
}
