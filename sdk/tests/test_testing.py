"""The client for users' own tests."""

import inspect

import pytest
from stand_in import Connect

from togglemesh import Client, InMemoryClient, carried_decisions, outgoing_baggage
from togglemesh.client.core import Core
from togglemesh.testing import override

OFFERED = [
    name for name in vars(Core) | vars(Client) if not name.startswith("_") and name != "after_fork"
]


def test_in_memory__features__decide_to_their_values() -> None:
    client = InMemoryClient(
        {"new-checkout": True, "colour": "blue", "limit": 5, "more": {"a": [1]}}
    )
    assert client.bool("new-checkout") is True
    assert client.string("colour", {}) == "blue"
    assert client.number("limit") == 5
    assert client.json("more") == {"a": [1]}
    decision = client.decide("new-checkout")
    assert (decision.variant, decision.reason) == ("on", "STATIC")


def test_override__feature__decides_anew_until_forgotten() -> None:
    client = InMemoryClient({"new-checkout": True})
    client.override("new-checkout", False)
    assert client.bool("new-checkout", default=True) is False
    client.forget("new-checkout")
    assert client.bool("new-checkout", default=True) is True
    assert client.decide("new-checkout").reason == "NOT_FOUND"


def test_in_memory__no_features__gives_defaults_and_is_ready() -> None:
    with InMemoryClient() as client:
        assert client.ready
        assert client.wait_until_ready(0) is True
        assert client.string("colour", default="red") == "red"


def test_json__value_changed_by_the_caller__stays_the_caller_s_own() -> None:
    client = InMemoryClient({"more": {"a": [1]}})
    client.json("more")["a"].append(2)
    assert client.json("more") == {"a": [1]}


@pytest.mark.parametrize("name", OFFERED)
def test_in_memory__whatever_a_client_offers__is_there(name: str) -> None:
    real, fake = getattr(Client, name), getattr(InMemoryClient, name)
    if callable(real):
        assert list(inspect.signature(fake).parameters) == list(inspect.signature(real).parameters)


def test_on_change__feature_overridden__is_told_until_ended() -> None:
    client, told = InMemoryClient(), list[frozenset[str]]()
    end = client.on_change(told.append)
    client.override("a", True)
    client.forget("a")
    end()
    client.override("b", True)
    assert told == [frozenset({"a"}), frozenset({"a"})]


def test_begin_chain__decisions_from_outside__are_removed() -> None:
    with InMemoryClient({"x": True}).begin_chain({}, baggage="a=1,feature.x=on"):
        assert outgoing_baggage() == "a=1"
        assert carried_decisions() == {}


def test_override__as_a_context_manager__ends_with_it() -> None:
    client = InMemoryClient({"new-checkout": True})
    with client.override("new-checkout", False), client.override("colour", "blue"):
        assert client.bool("new-checkout", default=True) is False
        assert client.string("colour") == "blue"
    assert client.bool("new-checkout") is True
    assert client.decide("colour").reason == "NOT_FOUND"


def test_override__code_under_test_fails__ends_all_the_same() -> None:
    client = InMemoryClient({"new-checkout": True})
    with pytest.raises(RuntimeError), client.override("new-checkout", False):
        raise RuntimeError
    assert client.bool("new-checkout") is True


def test_override__real_client_nested__gives_back_each(connect: Connect) -> None:
    client = connect()
    assert client.wait_until_ready(5)
    with override(client, "new-checkout", False):
        with override(client, "limits", 7):
            assert client.number("limits") == 7
            assert client.bool("new-checkout", {"userId": "ann"}, default=True) is False
        assert client.json("limits") == {"max": [9]}
    assert client.bool("new-checkout", {"userId": "ann"}) is True


def test_track__call__is_remembered() -> None:
    client = InMemoryClient()
    client.track("paid", {"userId": "ann"}, feature="new-checkout", success=True, latency=0.1)
    (told,) = client.tracked
    assert (told.event, told.feature, told.success, told.latency) == (
        "paid",
        "new-checkout",
        True,
        0.1,
    )


def test_plugin__installed__gives_the_fixture(toggles: InMemoryClient) -> None:
    toggles.override("new-checkout", True)
    assert toggles.bool("new-checkout") is True
