"""The client for users' own tests."""

from togglemesh import InMemoryClient


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
