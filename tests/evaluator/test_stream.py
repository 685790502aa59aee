"""`GET /stream/v1/changes`: snapshot, changes, coming back, and readers that do not keep up."""

import socket

import pytest

from accounts import changes as accounts
from governance.changes import perform
from tests.conditions import eventually
from tests.evaluator.service import BY, FEATURE, Service, Stream, expose, selector_of
from togglemesh.engine import Exposure
from toggles import changes as toggles


def test_stream__opened__snapshot_then_each_change_in_order(changing: Service) -> None:
    with Stream(changing) as stream:
        assert stream.response.headers["content-type"] == "text/event-stream"
        event, number, snapshot = stream.next() or pytest.fail("ended")
        assert (event, number) == ("snapshot", 1)
        assert snapshot["environment"] == "production"
        assert snapshot["features"][FEATURE]["enabled"] is False
        for expected in range(2, 6):
            revision = expose(percentage=expected)
            event, number, change = stream.next() or pytest.fail("ended")
            assert (event, number) == ("change", expected)
            assert change["number"] == expected
            assert change["document"]["revision"] == revision
            assert change["document"]["rules"][0]["percentage"] == expected


def test_stream__other_environment_changes__nothing_of_it(changing: Service) -> None:
    with Stream(changing) as stream:
        stream.next()
        expose(environment="staging")
        expose(environment="production")
        _, number, change = stream.next() or pytest.fail("ended")
        assert (number, change["document"]["revision"]) == (2, 2)


def test_stream__resumed_within_the_tail__only_what_is_missing(changing: Service) -> None:
    for percentage in (1, 2, 3):
        expose(percentage)
    eventually(lambda: changing.number() == 4)
    with Stream(changing, last="2") as stream:
        for expected in (3, 4):
            event, number, _ = stream.next() or pytest.fail("ended")
            assert (event, number) == ("change", expected)


def test_stream__resumed_at_the_end__waits_for_the_next_change(changing: Service) -> None:
    with Stream(changing, last="1") as stream:
        expose()
        event, number, _ = stream.next() or pytest.fail("ended")
        assert (event, number) == ("change", 2)


@pytest.mark.parametrize("last", ["0", "999", "-1", "text", "1" * 30])
def test_stream__resumed_from_elsewhere__gets_a_snapshot(last: str, reading: Service) -> None:
    with Stream(reading, last=last) as stream:
        event, number, _ = stream.next() or pytest.fail("ended")
        assert (event, number) == ("snapshot", 2)


def test_stream__key_revoked__stream_and_requests_are_cut(changing: Service) -> None:
    with Stream(changing) as stream:
        stream.next()
        perform(BY, accounts.RevokeApiKey(selector=selector_of(changing.key)))
        assert stream.next(seconds=1) is None
    assert changing.evaluate(targetingKey="u").status_code == 401


def test_stream__reader_does_not_read__cut_off_while_others_go_on(changing: Service) -> None:
    perform(
        BY,
        toggles.CreateFeature(
            key="large", name="Large", owner="shop", variants=large_variants(), off_variant="off"
        ),
    )
    with socket.create_connection(("127.0.0.1", changing.port)) as slow:
        request = f"GET /stream/v1/changes HTTP/1.1\r\nHost: x\r\nX-API-Key: {changing.key}\r\n\r\n"
        slow.sendall(request.encode())
        eventually(lambda: changing.readiness()["streams"] == 1)
        with Stream(changing) as stream:
            stream.next()
            for _ in range(300):
                perform(
                    BY,
                    toggles.SetExposure(
                        feature="large",
                        environment="production",
                        exposure=Exposure.of(enabled=True, rules=[]),
                        keep_options=True,
                    ),
                )
                stream.next()
                if changing.readiness()["streams"] == 1:
                    break
            assert changing.readiness()["streams"] == 1
            expose()
            assert stream.next()


def large_variants() -> dict[str, dict[str, str]]:
    return {"off": {"value": "x" * 200_000}, "on": {"value": "on"}}
