"""The client's answers: typed, never raising, true to what the request chain carries."""

from typing import Any

import pytest
from stand_in import Connect, StandIn
from wire_documents import constraint, feature, rule, snapshot

from togglemesh import Client, carry, outgoing_baggage

ANN, BOB = {"userId": "ann"}, {"userId": "bob"}


@pytest.fixture
def first(connect: Connect) -> Client:
    """A client at the first hop."""
    client = connect()
    assert client.wait_until_ready(5)
    return client


@pytest.fixture
def later(connect: Connect) -> Client:
    """A client of a service behind the first hop."""
    client = connect(first_hop=False)
    assert client.wait_until_ready(5)
    return client


def test_typed__value_of_the_type__is_given(server: StandIn, connect: Connect) -> None:
    variants = {
        "off": {"value": None},
        "b": {"value": True},
        "s": {"value": "x"},
        "n": {"value": 2.5},
    }
    server.snapshot = snapshot(
        *(
            feature(name, variants=variants, rules=[rule(split=[{"variant": name, "weight": 1}])])
            for name in "bsn"
        )
    )
    client = connect()
    assert client.wait_until_ready(5)
    assert client.bool("b", {}) is True
    assert client.string("s", {}) == "x"
    assert client.number("n", {}) == 2.5
    assert client.json("n", {}) == 2.5


@pytest.mark.parametrize("method", ["bool", "string", "number"])
def test_typed__value_of_another_type__gives_the_default(first: Client, method: str) -> None:
    default = object()
    assert getattr(first, method)("limits", ANN, default=default) is default
    assert getattr(first, method)("unheard-of", ANN, default=default) is default


def test_number__value_is_true__is_no_number(first: Client) -> None:
    assert first.number("new-checkout", ANN, default=7) == 7


def test_json__value_changed_by_the_caller__stays_the_caller_s_own(first: Client) -> None:
    first.json("limits")["max"].append("mine")
    first.decide("limits").value["more"] = 1
    assert first.json("limits") == {"max": [9]}


class Hostile:
    def __bool__(self) -> bool:
        raise RuntimeError("no truth here")


@pytest.mark.parametrize("context", [None, [], "x", 5, Hostile()])
def test_decide__nonsense_context__never_raises(first: Client, context: Any) -> None:
    assert first.decide("new-checkout", context, default=1).key == "new-checkout"
    assert first.bool("new-checkout", context) is False


@pytest.mark.parametrize("key", [None, [], {}, 5])
def test_decide__nonsense_key__gives_the_default(first: Client, key: Any) -> None:
    assert first.decide(key, ANN, default=1).value == 1


def test_decide__decision_carried__is_honoured_whatever_the_rules_say(first: Client) -> None:
    with carry("feature.new-checkout=on"):
        decision = first.decide("new-checkout", BOB)
    assert (decision.variant, decision.reason) == ("on", "CARRIED")
    assert first.decide("new-checkout", BOB).variant == "off"


def test_decide__variant_carried_is_unknown__is_decided_here(first: Client) -> None:
    with carry("feature.new-checkout=blue"):
        assert first.decide("new-checkout", ANN).variant == "on"
        assert outgoing_baggage() == "feature.new-checkout=on"


def test_decide__behind_the_first_hop_without_decision__takes_the_off_variant(
    later: Client,
) -> None:
    decision = later.decide("new-checkout", ANN)
    assert (decision.variant, decision.reason) == ("off", "UNDECIDED")
    with carry("tenant=acme"):
        assert later.decide("new-checkout", ANN).reason == "UNDECIDED"
        assert outgoing_baggage() == "tenant=acme"
    with carry("feature.new-checkout=blue"):
        assert later.decide("new-checkout", ANN).reason == "UNDECIDED"


def test_decide__behind_the_first_hop_with_decision__honours_it(later: Client) -> None:
    with carry("feature.new-checkout=on"):
        assert later.decide("new-checkout", BOB).reason == "CARRIED"


def test_decide__feature_that_does_not_travel__is_decided_anywhere(later: Client) -> None:
    assert later.decide("limits", ANN).reason == "STATIC"


def test_decide__within_a_chain__is_kept_and_sent_on(first: Client) -> None:
    with carry("tenant=acme;p=1,feature.other=v2"):
        assert first.decide("new-checkout", ANN).reason == "TARGETING_MATCH"
        assert first.decide("limits", ANN).variant == "on"
        assert first.decide("new-checkout", BOB).reason == "CARRIED"
        assert outgoing_baggage() == "tenant=acme;p=1,feature.other=v2,feature.new-checkout=on"
    assert outgoing_baggage() is None


def test_begin_chain__request_from_outside__decides_all_that_travels(first: Client) -> None:
    with first.begin_chain(BOB, baggage="a=1,feature.new-checkout=on"):
        assert outgoing_baggage() == "a=1,feature.new-checkout=off"
        assert first.decide("new-checkout", ANN).variant == "off"


def test_decide_all_carried__decision_came_along__is_not_asked(first: Client) -> None:
    with carry("feature.new-checkout=on"):
        decided = first.decide_all_carried(BOB)
    assert {key: one.variant for key, one in decided.items()} == {"new-checkout": "off"}


def test_decide__no_server_at_all__gives_the_default_with_its_reason() -> None:
    with Client("http://127.0.0.1:9", "tm_server_x_y") as client:
        decision = client.decide("new-checkout", ANN, default="mine")
        assert (decision.value, decision.reason, client.state) == ("mine", "NOT_READY", "starting")
        assert client.decide_all_carried(ANN) == {}
        assert (client.last_number, client.environment) == (0, None)


def test_decide__segment__reads_the_context(server: StandIn, connect: Connect) -> None:
    beta = {"key": "beta", "constraints": [constraint("group", "IN", "beta")]}
    server.snapshot = snapshot(feature(rules=[rule(segments=["beta"])]), segments=(beta,))
    client = connect()
    assert client.wait_until_ready(5)
    assert client.bool("new-checkout", {"group": "beta"}) is True
