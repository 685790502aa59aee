"""The OpenTelemetry event `feature_flag.evaluation` of each decision.

client = Client(url, key, on_decision=EvaluationEvents())
"""

from collections.abc import Mapping
from typing import Any

from opentelemetry._logs import LoggerProvider, SeverityNumber, get_logger

from togglemesh.engine import Decision, Reason
from togglemesh.engine.fields import USER_FIELDS

EVENT = "feature_flag.evaluation"
ERRORS = {
    Reason.NOT_FOUND.value: "flag_not_found",
    Reason.NOT_READY.value: "provider_not_ready",
    Reason.ERROR.value: "general",
}


class EvaluationEvents:
    """Emits through the given logger provider, else through OpenTelemetry's global one.

    `with_user`: also tell whom it was decided for (`feature_flag.context.id`).
    """

    def __init__(self, provider: LoggerProvider | None = None, *, with_user: bool = False) -> None:
        self._logger = get_logger("togglemesh", logger_provider=provider)
        self._with_user = with_user

    def __call__(
        self, decision: Decision, context: Mapping[str, Any], environment: str | None
    ) -> None:
        told = attributes(decision, environment)
        user = next((context[name] for name in USER_FIELDS if name in context), None)
        if self._with_user and isinstance(user, str):
            told["feature_flag.context.id"] = user
        self._logger.emit(event_name=EVENT, attributes=told, severity_number=SeverityNumber.INFO)


def attributes(decision: Decision, environment: str | None) -> dict[str, Any]:
    """What the event says of a decision; a value is told where there is no variant."""
    told: dict[str, Any] = {
        "feature_flag.key": decision.key,
        "feature_flag.provider.name": "togglemesh",
        "feature_flag.result.reason": decision.reason.lower(),
    }
    if decision.variant is not None:
        told["feature_flag.result.variant"] = decision.variant
    elif isinstance(decision.value, str | bool | int | float):
        told["feature_flag.result.value"] = decision.value
    if environment is not None:
        told["feature_flag.set.id"] = environment
    if decision.revision is not None:
        told["feature_flag.version"] = str(decision.revision)
    if decision.reason in ERRORS:
        told["feature_flag.result.reason"] = "error"
        told["error.type"] = ERRORS[decision.reason]
    return told
