"""Decisions in OpenTelemetry's context, and its event for each decision."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Any

import pytest
from opentelemetry import baggage, context
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from stand_in import Connect

from togglemesh import Client, Signer, carried_decisions, carry, outgoing_baggage
from togglemesh.baggage import decisions_in
from togglemesh.evaluation_events import EvaluationEvents
from togglemesh.propagator import DecisionPropagator

ANN, BOB = {"userId": "ann"}, {"userId": "bob"}
TRACER = TracerProvider().get_tracer("test")
SIGNER = Signer("s" * 32)


@pytest.fixture(autouse=True)
def empty_context() -> Iterator[None]:
    """Each test begins and ends with nothing in OpenTelemetry's context."""
    token = context.attach(context.Context())
    yield
    context.detach(token)


@pytest.fixture
def client(connect: Connect) -> Client:
    made = connect()
    assert made.wait_until_ready(5)
    return made


def received(header: str) -> object:
    """What OpenTelemetry's instrumentation of a server does with a request."""
    return context.attach(W3CBaggagePropagator().extract({"baggage": header}))


def sent() -> str | None:
    """What its instrumentation of an HTTP client sends."""
    headers: dict[str, str] = {}
    W3CBaggagePropagator().inject(headers)
    return headers.get("baggage")


def test_decide__decision_in_otel_baggage__is_honoured(client: Client) -> None:
    received("tenant=acme,feature.new-checkout=on")
    assert client.decide("new-checkout", BOB).reason == "CARRIED"
    assert carried_decisions() == {"new-checkout": "on"}
    assert outgoing_baggage() == "feature.new-checkout=on"
    assert sent() == "tenant=acme,feature.new-checkout=on"


def test_decide__within_a_span__later_calls_and_services_agree(client: Client) -> None:
    received("tenant=acme")
    with TRACER.start_as_current_span("request"):
        assert client.bool("new-checkout", ANN) is True
        assert client.decide("new-checkout", BOB).reason == "CARRIED"
        assert sent() == "tenant=acme,feature.new-checkout=on"
    assert sent() == "tenant=acme"


def test_decide__outside_of_span_and_chain__leaves_no_trace(client: Client) -> None:
    assert client.bool("new-checkout", ANN) is True
    assert client.bool("new-checkout", BOB) is False
    assert sent() is None


def test_carry__within_it__otel_sends_what_the_chain_has(client: Client) -> None:
    received("tenant=acme")
    with carry("feature.x=on"):
        assert sent() == "tenant=acme,feature.x=on"
        client.bool("new-checkout", ANN)
        assert sent() == "tenant=acme,feature.x=on,feature.new-checkout=on"
    assert sent() == "tenant=acme"


def test_first_hop__decisions_from_outside__leave_otel_s_context_too(client: Client) -> None:
    header = "tenant=acme,feature.new-checkout=on,feature-sig.new-checkout=00,feature.y=on"
    received(header)
    with client.begin_chain(BOB, baggage=header):
        assert client.bool("new-checkout", BOB) is False
        assert sent() == "tenant=acme,feature.new-checkout=off"


def test_signed__by_otel_s_propagator__comes_through_and_is_required(connect: Connect) -> None:
    first, later = connect(signer=SIGNER), connect(signer=SIGNER, first_hop=False)
    assert first.wait_until_ready(5)
    assert later.wait_until_ready(5)
    with first.begin_chain(ANN):
        header = sent()
    assert header is not None
    request = received(header)
    assert later.decide("new-checkout").reason == "CARRIED"
    context.detach(request)  # type: ignore[arg-type]
    received("feature.new-checkout=on")
    assert later.decide("new-checkout").reason == "UNDECIDED"


def test_signed__decided_within_a_span__is_signed_in_otel_s_baggage(connect: Connect) -> None:
    client = connect(signer=SIGNER)
    assert client.wait_until_ready(5)
    with TRACER.start_as_current_span("request"):
        client.bool("new-checkout", ANN)
        assert baggage.get_baggage("feature-sig.new-checkout") == SIGNER.sign("new-checkout", "on")


def test_propagator__decided_within_a_span_that_has_ended__is_sent_all_the_same(
    client: Client,
) -> None:
    received("tenant=acme")
    with carry("feature.x=on"):
        with TRACER.start_as_current_span("part"):
            client.bool("new-checkout", ANN)
        headers: dict[str, str] = {}
        DecisionPropagator().inject(headers)
    assert headers == {"baggage": "tenant=acme,feature.x=on,feature.new-checkout=on"}
    DecisionPropagator().inject(headers)
    assert headers == {"baggage": "tenant=acme"}


@pytest.mark.parametrize(
    "header",
    [
        "feature.new-checkout=o%6E",
        "feature.new-checkout=on,feature.new-checkout=a b",
        "feature.new-checkout=on,feature.new-checkout=off",
        "\u00a0feature.new-checkout=on",
        "a=1,feature.new-checkout = on ;p=1",
        "k=" + "v" * 9_000 + ",feature.new-checkout=on",
    ],
)
def test_propagator__incoming_header__is_read_as_routes_read_it(
    client: Client, header: str
) -> None:
    context.attach(DecisionPropagator().extract({"baggage": header}))
    assert dict(carried_decisions()) == decisions_in(header)


def test_propagator__by_name__is_found() -> None:
    (found,) = entry_points(group="opentelemetry_propagator", name="togglemesh")
    assert found.load() is DecisionPropagator


@pytest.mark.parametrize("value", [None, 5, "", "a b", "x" * 60, ["on"]])
def test_decide__nonsense_in_otel_baggage__is_passed_over(client: Client, value: Any) -> None:
    context.attach(baggage.set_baggage("feature.new-checkout", value))
    assert client.decide("new-checkout", ANN).reason == "TARGETING_MATCH"


def test_events__each_decision__is_emitted(connect: Connect) -> None:
    exporter = InMemoryLogRecordExporter()  # type: ignore[no-untyped-call]
    provider = LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    client = connect(on_decision=EvaluationEvents(provider, with_user=True))
    client.bool("new-checkout", ANN)
    assert client.wait_until_ready(5)
    exporter.clear()
    with TRACER.start_as_current_span("request") as span:
        client.bool("new-checkout", ANN)
        client.string("unheard-of", {}, default="blue")
    found = [one.log_record for one in exporter.get_finished_logs()]
    assert [one.event_name for one in found] == ["feature_flag.evaluation"] * 2
    assert dict(found[0].attributes or {}) == {
        "feature_flag.key": "new-checkout",
        "feature_flag.provider.name": "togglemesh",
        "feature_flag.result.reason": "targeting_match",
        "feature_flag.result.variant": "on",
        "feature_flag.set.id": "production",
        "feature_flag.version": "7",
        "feature_flag.context.id": "ann",
    }
    missing = dict(found[1].attributes or {})
    assert missing["error.type"] == "flag_not_found"
    assert missing["feature_flag.result.reason"] == "error"
    assert missing["feature_flag.result.value"] == "blue"
    assert found[0].trace_id == span.get_span_context().trace_id


def test_events__exporter_or_callback_breaks__decides_all_the_same(connect: Connect) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("mine")

    client = connect(on_decision=broken)
    assert client.wait_until_ready(5)
    assert client.bool("new-checkout", ANN) is True


def test_sdk__process_without_otel__does_not_load_it() -> None:
    code = (
        "import sys; from togglemesh import InMemoryClient, carry, outgoing_baggage\n"
        "with carry('feature.x=on'): assert outgoing_baggage() == 'feature.x=on'\n"
        "InMemoryClient().bool('x')\n"
        "assert not any(name.startswith('opentelemetry') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
