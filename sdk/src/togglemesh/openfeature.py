"""The OpenFeature provider: `api.set_provider(Provider(Client(url, key)))`.

Decisions are in process, so the asynchronous questions that it inherits need not wait either.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Event
from typing import Any, TypeVar

from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEventDetails
from openfeature.exception import ErrorCode, ProviderFatalError, ProviderNotReadyError
from openfeature.flag_evaluation import FlagMetadata, FlagResolutionDetails, FlagValueType
from openfeature.provider import AbstractProvider, Metadata
from openfeature.track import TrackingEventDetails

from togglemesh.client import Client
from togglemesh.client.core import State
from togglemesh.engine import Decision, Reason
from togglemesh.testing import InMemoryClient

T = TypeVar("T")
Object = Sequence[FlagValueType] | Mapping[str, FlagValueType]

ERRORS = {
    Reason.NOT_FOUND.value: ErrorCode.FLAG_NOT_FOUND,
    Reason.NOT_READY.value: ErrorCode.PROVIDER_NOT_READY,
    Reason.ERROR.value: ErrorCode.GENERAL,
}


class Provider(AbstractProvider):
    """Owns the client: `shutdown` closes it. `ready_timeout` bounds `initialize`, in seconds.

    A client that begins from its disk is ready; that it does not hear of the server is told by
    the event `stale` once it has heard of it before.
    """

    def __init__(self, client: Client | InMemoryClient, *, ready_timeout: float = 5.0) -> None:
        super().__init__()
        self._client, self._ready_timeout = client, ready_timeout
        self._endings: list[Callable[[], None]] = []

    def get_metadata(self) -> Metadata:
        return Metadata(name="togglemesh")

    def initialize(self, evaluation_context: EvaluationContext) -> None:  # noqa: ARG002 - the contract
        """Raises ProviderFatalError for a refused key, ProviderNotReadyError after the timeout;
        a client that becomes ready later, also after a refusal, says so with the event `ready`.
        """
        self._wait()
        if not self._endings:
            self._endings = [
                self._client.on_state(self._tell_state),
                self._client.on_change(self._tell_change),
            ]
        if self._client.refused is not None and not self._client.ready:
            raise ProviderFatalError(self._client.refused)
        if not self._client.ready:
            raise ProviderNotReadyError(f"nothing loaded within {self._ready_timeout} s")

    def shutdown(self) -> None:
        self._stop_listening()
        self._client.leave()

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        return self._resolve(flag_key, default_value, evaluation_context, _boolean)

    def resolve_string_details(
        self,
        flag_key: str,
        default_value: str,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[str]:
        return self._resolve(flag_key, default_value, evaluation_context, _string)

    def resolve_integer_details(
        self,
        flag_key: str,
        default_value: int,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[int]:
        return self._resolve(flag_key, default_value, evaluation_context, _integer)

    def resolve_float_details(
        self,
        flag_key: str,
        default_value: float,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[float]:
        return self._resolve(flag_key, default_value, evaluation_context, _float)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Object,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Object]:
        return self._resolve(flag_key, default_value, evaluation_context, _object)

    def track(
        self,
        tracking_event_name: str,
        evaluation_context: EvaluationContext | None = None,
        tracking_event_details: TrackingEventDetails | None = None,
    ) -> None:
        """Attributes `feature`, `success` and `latency` (seconds) mean what they mean to
        `Client.track`; others are not kept.
        """
        details = tracking_event_details or TrackingEventDetails()
        told = details.attributes
        self._client.track(
            tracking_event_name,
            context_of(evaluation_context),
            feature=_string(told.get("feature")),
            success=_boolean(told.get("success")),
            latency=_float(told.get("latency")),
            value=details.value,
        )

    def _resolve(
        self,
        key: str,
        default: T,
        context: EvaluationContext | None,
        of_type: Callable[[Any], T | None],
    ) -> FlagResolutionDetails[T]:
        decision = self._client.decide(key, context_of(context), default)
        error = ERRORS.get(decision.reason)
        if error is not None:
            return _failed(default, error, f"{key}: {decision.reason}")
        value = of_type(decision.value)
        if value is None:
            kind = type(decision.value).__name__
            return _failed(default, ErrorCode.TYPE_MISMATCH, f"{key} is of type {kind}")
        return FlagResolutionDetails(
            value=value,
            reason=decision.reason,
            variant=decision.variant,
            flag_metadata=self._metadata(decision),
        )

    def _metadata(self, decision: Decision) -> FlagMetadata:
        found = {
            "revision": decision.revision,
            "rule": decision.rule,
            "enabled": decision.enabled,
            "environment": self._client.environment,
        }
        return {name: value for name, value in found.items() if value is not None}

    def _wait(self) -> None:
        """Until there is something to decide from, or nothing more to hope for."""
        turned = Event()
        end = self._client.on_state(lambda _state: turned.set())
        if not self._client.ready and self._client.refused is None:
            turned.wait(self._ready_timeout)
        end()

    def _stop_listening(self) -> None:
        while self._endings:
            self._endings.pop()()

    def _tell_state(self, state: State) -> None:
        if self._client.refused is not None:
            # With "fatal" the application would get defaults in place of what is known.
            code = ErrorCode.GENERAL if self._client.ready else ErrorCode.PROVIDER_FATAL
            details = ProviderEventDetails(message=self._client.refused, error_code=code)
            self.emit_provider_error(details)
        elif state == "live":
            self.emit_provider_ready(ProviderEventDetails())
        elif state == "stale":
            self.emit_provider_stale(ProviderEventDetails(message="the server is out of reach"))

    def _tell_change(self, keys: frozenset[str]) -> None:
        self.emit_provider_configuration_changed(ProviderEventDetails(flags_changed=sorted(keys)))


def context_of(context: EvaluationContext | None) -> dict[str, Any]:
    """OpenFeature's context as the engine takes it; times become text."""
    if context is None:
        return {}
    found: dict[str, Any] = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in context.attributes.items()
    }
    if context.targeting_key:
        found["targetingKey"] = context.targeting_key
    return found


def _failed(default: T, code: ErrorCode, message: str) -> FlagResolutionDetails[T]:
    return FlagResolutionDetails(
        value=default, reason=Reason.ERROR.value, error_code=code, error_message=message
    )


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _integer(value: Any) -> int | None:
    if isinstance(value, float) and value.is_integer():
        return int(value)  # JSON does not tell 10.0 from 10
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _float(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number else None


def _object(value: Any) -> Object | None:
    return value if isinstance(value, dict | list) else None
