"""The OpenFeature provider, through OpenFeature's own API."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.event import EventDetails, ProviderEvent
from openfeature.exception import ErrorCode, ProviderFatalError, ProviderNotReadyError
from openfeature.flag_evaluation import FlagEvaluationDetails
from openfeature.hook import Hook, HookContext, HookHints
from openfeature.provider import ProviderStatus
from openfeature.track import TrackingEventDetails
from stand_in import KEY, Connect, StandIn, wait_for
from wire_documents import change, constraint, feature, rule, snapshot

from togglemesh import Client, InMemoryClient, carry
from togglemesh.openfeature import Provider, context_of

ANN, BOB = EvaluationContext("ann"), EvaluationContext("bob")
VALUES = {
    "text": "blue",
    "whole": 7,
    "tenth": 10.0,
    "great": 1e20,
    "part": 2.5,
    "object": {"a": [1]},
    "list": [1, 2],
}


@pytest.fixture
def seen() -> Iterator[list[tuple[ProviderEvent, EventDetails]]]:
    """Every event of the provider, as an application hears of it."""
    found: list[tuple[ProviderEvent, EventDetails]] = []

    def hear(event: ProviderEvent) -> Any:
        return lambda details: found.append((event, details))

    handlers = {event: hear(event) for event in ProviderEvent}
    for event, handler in handlers.items():
        api.add_handler(event, handler)
    yield found
    for event, handler in handlers.items():
        with suppress(ValueError):  # a shutdown has removed it
            api.remove_handler(event, handler)
    api.clear_providers()


@pytest.fixture
def client(
    server: StandIn, connect: Connect, seen: list[tuple[ProviderEvent, EventDetails]]
) -> OpenFeatureClient:
    server.snapshot = snapshot(
        feature(carried=True, rules=[rule(constraints=[constraint("userId", "IN", "ann")])]),
        *(
            feature(key, variants={"off": {"value": None}, "on": {"value": value}})
            for key, value in VALUES.items()
        ),
    )
    api.set_provider_and_wait(Provider(connect()))
    return api.get_client()


def names(seen: list[tuple[ProviderEvent, EventDetails]]) -> list[str]:
    return [event.name for event, _ in list(seen)]


def test_values__each_type__is_given(client: OpenFeatureClient) -> None:
    assert client.get_boolean_value("new-checkout", False, ANN) is True
    assert client.get_boolean_value("new-checkout", True, BOB) is False
    assert client.get_string_value("text", "") == "blue"
    assert client.get_integer_value("whole", 0) == 7
    assert client.get_float_value("part", 0.0) == 2.5
    assert client.get_float_value("whole", 0.0) == 7.0
    assert client.get_object_value("object", {}) == {"a": [1]}
    assert client.get_object_value("list", []) == [1, 2]


def test_values__whole_number_written_with_a_point__is_an_integer(
    client: OpenFeatureClient,
) -> None:
    for key, expected in (("tenth", 10), ("great", 10**20)):
        found = client.get_integer_value(key, 0)
        assert (found, type(found)) == (expected, int)
    assert client.get_float_value("tenth", 0.0) == 10.0


def test_values__asynchronous__are_the_same(client: OpenFeatureClient) -> None:
    async def ask() -> tuple[Any, ...]:
        return (
            await client.get_boolean_value_async("new-checkout", False, ANN),
            await client.get_string_value_async("text", ""),
            await client.get_integer_value_async("whole", 0),
            await client.get_float_value_async("part", 0.0),
            await client.get_object_value_async("object", {}),
        )

    assert asyncio.run(ask()) == (True, "blue", 7, 2.5, {"a": [1]})


def test_details__decision__has_variant_reason_and_metadata(client: OpenFeatureClient) -> None:
    details = client.get_boolean_details("new-checkout", False, ANN)
    assert (details.variant, details.reason) == ("on", "TARGETING_MATCH")
    assert details.flag_metadata == {
        "revision": 7,
        "rule": "everyone",
        "enabled": True,
        "environment": "production",
    }
    with carry("feature.new-checkout=on"):
        assert client.get_boolean_details("new-checkout", False, BOB).reason == "CARRIED"


@pytest.mark.parametrize(
    ("method", "key", "default", "code"),
    [
        ("boolean", "text", True, ErrorCode.TYPE_MISMATCH),
        ("string", "whole", "x", ErrorCode.TYPE_MISMATCH),
        ("integer", "part", 3, ErrorCode.TYPE_MISMATCH),
        ("integer", "new-checkout", 3, ErrorCode.TYPE_MISMATCH),
        ("float", "text", 3.5, ErrorCode.TYPE_MISMATCH),
        ("object", "text", {"d": 1}, ErrorCode.TYPE_MISMATCH),
        ("boolean", "unheard-of", True, ErrorCode.FLAG_NOT_FOUND),
    ],
)
def test_details__no_value_of_the_type__gives_the_default_and_a_code(
    method: str, key: str, default: Any, code: ErrorCode, client: OpenFeatureClient
) -> None:
    details = getattr(client, f"get_{method}_details")(key, default, ANN)
    assert (details.value, details.error_code, details.reason) == (default, code, "ERROR")
    assert key in details.error_message


def test_context__times_and_the_targeting_key__are_as_the_engine_takes_them() -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    given = EvaluationContext("ann", {"at": at, "plan": "pro", "n": 5})
    assert context_of(given) == {
        "at": "2026-01-02T00:00:00+00:00",
        "plan": "pro",
        "n": 5,
        "targetingKey": "ann",
    }
    assert context_of(None) == context_of(EvaluationContext()) == {}


def test_events__server_lost_and_back__are_told_in_order(
    client: OpenFeatureClient, server: StandIn, seen: list[tuple[ProviderEvent, EventDetails]]
) -> None:
    assert client.get_provider_status() == ProviderStatus.READY
    seen.clear()
    server.stop()
    wait_for(lambda: "PROVIDER_STALE" in names(seen), "stale is told")
    wait_for(lambda: client.get_provider_status() == ProviderStatus.STALE, "the status is stale")
    assert client.get_boolean_value("new-checkout", False, ANN) is True
    server.start()
    wait_for(lambda: "PROVIDER_READY" in names(seen), "ready is told")
    wait_for(lambda: client.get_provider_status() == ProviderStatus.READY, "the status is ready")
    server.send_change(change(43, feature("text", enabled=False)))
    wait_for(lambda: "PROVIDER_CONFIGURATION_CHANGED" in names(seen), "the change is told")
    changed = [d for e, d in seen if e is ProviderEvent.PROVIDER_CONFIGURATION_CHANGED]
    assert changed[0].flags_changed == ["text"]


def test_initialize__key_refused__is_fatal_until_it_is_taken(
    server: StandIn,
    connect: Connect,
    seen: list[tuple[ProviderEvent, EventDetails]],
    asking_soon: None,
) -> None:
    server.status = 401
    with pytest.raises(ProviderFatalError, match="401"):
        api.set_provider_and_wait(Provider(connect()))
    client = api.get_client()
    assert client.get_provider_status() == ProviderStatus.FATAL
    details = client.get_boolean_details("new-checkout", True, ANN)
    assert (details.value, details.error_code) == (True, ErrorCode.PROVIDER_FATAL)
    server.status = 200
    wait_for(lambda: client.get_provider_status() == ProviderStatus.READY, "the status is ready")
    assert client.get_boolean_value("new-checkout", False, ANN) is True


def test_events__refused_while_running__error_is_told_and_what_is_known_is_given(
    client: OpenFeatureClient,
    server: StandIn,
    seen: list[tuple[ProviderEvent, EventDetails]],
) -> None:
    server.status = 403
    server.drop()
    wait_for(lambda: "PROVIDER_ERROR" in names(seen), "the error is told")
    (details,) = (d for e, d in seen if e is ProviderEvent.PROVIDER_ERROR)
    assert details.error_code == ErrorCode.GENERAL
    assert "403" in (details.message or "")
    assert client.get_boolean_value("new-checkout", False, ANN) is True


def test_initialize__server_comes_later__ready_is_told_then(
    server: StandIn, connect: Connect, seen: list[tuple[ProviderEvent, EventDetails]]
) -> None:
    server.stop()
    with pytest.raises(ProviderNotReadyError):
        api.set_provider_and_wait(Provider(connect(), ready_timeout=0.05))
    seen.clear()
    server.start()
    wait_for(lambda: "PROVIDER_READY" in names(seen), "ready is told")
    assert api.get_client().get_boolean_value("new-checkout", False, ANN) is True


def test_hooks__of_the_application__run_untouched(client: OpenFeatureClient) -> None:
    ran: list[str] = []

    class Mine(Hook):
        def before(self, hook_context: HookContext, hints: HookHints) -> EvaluationContext:
            ran.append(f"before {hook_context.flag_key}")
            return EvaluationContext("ann")

        def after(
            self,
            hook_context: HookContext,
            details: FlagEvaluationDetails[Any],
            hints: HookHints,
        ) -> None:
            ran.append(f"after {details.variant}")

    client.add_hooks([Mine()])
    assert client.get_boolean_value("new-checkout", False, BOB) is True
    assert ran == ["before new-checkout", "after on"]


def test_track__event__reaches_the_client() -> None:
    memory = InMemoryClient()
    details = TrackingEventDetails(
        12.5, {"feature": "new-checkout", "success": False, "latency": 2, "other": "x"}
    )
    Provider(memory).track("paid", ANN, details)
    Provider(memory).track("visit")
    paid, visit = memory.tracked
    assert (paid.event, paid.context, paid.feature) == (
        "paid",
        {"targetingKey": "ann"},
        "new-checkout",
    )
    assert (paid.success, paid.latency, paid.value) == (False, 2.0, 12.5)
    assert (visit.feature, visit.value) == (None, None)


def test_shutdown__provider__closes_its_client(
    server: StandIn, seen: list[tuple[ProviderEvent, EventDetails]]
) -> None:
    client = Client(server.url, KEY)
    api.set_provider_and_wait(Provider(client))
    api.shutdown()
    assert not client._follower._thread.is_alive()
    assert client.state == "stale"


def test_in_memory__behind_openfeature__gives_its_values(
    seen: list[tuple[ProviderEvent, EventDetails]],
) -> None:
    memory = InMemoryClient({"new-checkout": True})
    api.set_provider_and_wait(Provider(memory))
    assert api.get_client().get_boolean_value("new-checkout", False) is True
    memory.override("new-checkout", False)
    assert api.get_client().get_boolean_value("new-checkout", True) is False
    wait_for(lambda: "PROVIDER_CONFIGURATION_CHANGED" in names(seen), "the change is told")
