"""What the client tells the server: who it is, which variants it gave, what came of them."""

import json
import threading

import pytest
from stand_in import Connect, StandIn, wait_for

from togglemesh import Client, carry
from togglemesh.client.outcomes import MOST_SUMS, Outcomes
from togglemesh.client.reporter import batches
from togglemesh.client.usage import MOST_UNKNOWN, MOST_VARIANTS, Usage

ANN, BOB = {"userId": "ann"}, {"userId": "bob"}
USAGE, REGISTER = "/client/v1/usage", "/client/v1/register"


def ready(client: Client) -> Client:
    assert client.wait_until_ready(5)
    return client


def told(server: StandIn, feature: str = "new-checkout") -> dict[str, int]:
    """All that was told of a feature; a batch that came twice counts once, as on the server."""
    sums: dict[str, int] = {}
    for body in {body["id"]: body for body in server.reported(USAGE)}.values():
        for variant, number in body["counts"].get(feature, {}).items():
            sums[variant] = sums.get(variant, 0) + number
    return sums


def test_register__at_start_and_again__tells_who_it_is(server: StandIn, connect: Connect) -> None:
    client = ready(
        connect(service="cart", version="v2", features=["new-checkout"], usage_interval=0.05)
    )
    client.bool("limits")
    client.bool("unheard-of")
    client.bool("no name at all\n")
    wait_for(lambda: "limits" in str(server.reported(REGISTER)[-1:]), "what was asked for is told")
    first, last = server.reported(REGISTER)[0], server.reported(REGISTER)[-1]
    assert (first["service"], first["version"]) == ("cart", "v2")
    assert first["instance"] == last["instance"]
    assert first["sdk"].startswith("togglemesh-python/")
    assert last["features"] == ["new-checkout", "limits", "unheard-of"]


def test_usage__decisions__are_counted_by_variant(server: StandIn, connect: Connect) -> None:
    client = ready(connect(usage_interval=0.05))
    for _ in range(3):
        client.bool("new-checkout", ANN)
    client.bool("new-checkout", BOB)
    wait_for(lambda: told(server) == {"on": 3, "off": 1}, "all is told")
    client.bool("new-checkout", BOB)
    wait_for(lambda: told(server) == {"on": 3, "off": 2}, "the rest is told")


def test_usage__close__tells_what_is_left(server: StandIn, connect: Connect) -> None:
    client = ready(connect(usage_interval=60))
    wait_for(lambda: server.reported(REGISTER), "it has registered")
    client.bool("new-checkout", ANN)
    client.close()
    assert told(server) == {"on": 1}


def test_usage__server_fails_for_a_while__each_counts_once(
    server: StandIn, connect: Connect
) -> None:
    server.report_status = 503
    client = ready(connect(usage_interval=0.02))
    client.bool("new-checkout", ANN)
    wait_for(lambda: server.reports, "it was refused")
    server.report_status = 202
    client.bool("new-checkout", ANN)
    wait_for(lambda: told(server) == {"on": 2}, "all is told")


def test_usage__batch_refused__others_come_through(server: StandIn, connect: Connect) -> None:
    client = ready(connect(usage_interval=0.02))
    wait_for(lambda: server.reported(REGISTER), "it has registered")
    server.report_status = 400
    client.bool("new-checkout", ANN)
    wait_for(lambda: server.reported(USAGE), "it was refused")
    server.report_status = 202
    client.bool("limits")
    wait_for(lambda: told(server, "limits") == {"on": 1}, "the next is told")


def test_usage__server_knows_nothing_of_it__is_left_alone(
    server: StandIn, connect: Connect
) -> None:
    server.report_status = 404
    client = ready(connect(usage_interval=0.02))
    wait_for(lambda: server.reports, "it was refused")
    with pytest.raises(AssertionError):
        wait_for(lambda: len(server.reports) > 1, "a second report", deadline=0.3)
    assert client.bool("new-checkout", ANN) is True


def test_usage__switched_off__tells_nothing(server: StandIn, connect: Connect) -> None:
    client = ready(connect(usage_interval=None))
    client.bool("new-checkout", ANN)
    client.track("paid")
    client.close()
    assert server.reports == []


def test_track__outcomes__are_summed_with_their_variant(server: StandIn, connect: Connect) -> None:
    client = ready(connect(usage_interval=0.05))
    client.track("paid", ANN, feature="new-checkout", success=True, latency=0.012, value=5)
    client.track("paid", ANN, feature="new-checkout", success=False, latency=0.007)
    client.track("paid", BOB, feature="new-checkout", success=True)
    client.track("visit")
    client.track("paid", feature="unheard-of", latency=float("nan"), value=float("inf"))
    client.track("no good name")
    client.close()
    found = {
        (one["event"], one["feature"], one["variant"]): one
        for body in server.reported(USAGE)
        for one in body["outcomes"]
    }
    assert found.keys() == {
        ("paid", "new-checkout", "on"),
        ("paid", "new-checkout", "off"),
        ("visit", None, None),
        ("paid", "unheard-of", None),
    }
    on = found["paid", "new-checkout", "on"]
    assert (on["count"], on["success"], on["failure"], on["value"]) == (2, 1, 1, 5)
    assert on["latency_ms"]["sum"] == pytest.approx(19)
    assert on["latency_ms"]["buckets"][:4] == [0, 1, 1, 0]
    assert found["paid", "unheard-of", None]["latency_ms"] is None
    assert told(server) == {}  # tracking is no use of the feature


def test_track__no_feature__counts_for_each_decision_of_the_chain(
    server: StandIn, connect: Connect
) -> None:
    client = ready(connect())
    with carry("feature.new-checkout=on"):
        client.track("paid", success=True)
    client.close()
    ((one,),) = [body["outcomes"] for body in server.reported(USAGE)]
    assert (one["feature"], one["variant"], one["success"]) == ("new-checkout", "on", 1)


def test_count__many_threads__loses_and_doubles_nothing() -> None:
    usage = Usage()
    taken: list[int] = []
    done = threading.Event()

    def count() -> None:
        for _ in range(20_000):
            usage.count("a", "on")

    def take() -> None:
        while not done.is_set():
            taken.append(usage.take().get("a", {}).get("on", 0))

    threads = [threading.Thread(target=count) for _ in range(4)]
    taker = threading.Thread(target=take)
    for thread in [*threads, taker]:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    taker.join()
    taken.append(usage.take().get("a", {}).get("on", 0))
    assert sum(taken) == 80_000


def test_memory__many_names__is_bounded() -> None:
    usage, outcomes = Usage(), Outcomes()
    for number in range(MOST_VARIANTS + 100):
        usage.count(f"f{number}", "on")
        usage.count(f"u{number}", None)
        outcomes.add(f"e{number}", None, None, success=None, latency=None, value=None)
    assert len(usage.take()) == MOST_VARIANTS
    assert len(usage.features()) == MOST_VARIANTS + MOST_UNKNOWN
    assert len(outcomes.take()) == MOST_SUMS


def test_batches__much_to_tell__each_fits_the_server() -> None:
    usage, outcomes = Usage(), Outcomes()
    for number in range(1_000):
        usage.count(f"{number:050}", "v" * 50)
        for event in ("a" * 100, "b" * 100):
            outcomes.add(event, f"{number:050}", "v" * 50, success=True, latency=1e5, value=1 / 3)
    found = list(batches(usage, outcomes, "i" * 32))
    assert max(len(json.dumps(one)) for one in found) < 64 * 1024
    assert sum(len(one["counts"]) for one in found) == 1_000
    assert sum(len(one["outcomes"]) for one in found) == MOST_SUMS
    assert len({one["id"] for one in found}) == len(found)
