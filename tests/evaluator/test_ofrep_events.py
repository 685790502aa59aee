"""OFREP's event streams: a hint at each change, in an address that is good for a while."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from accounts import changes as accounts
from governance.changes import perform
from tests.conditions import eventually
from tests.evaluator.service import BY, Service, expose, make_key, selector_of
from togglemesh.engine import Exposure
from toggles import changes as toggles
from toggles.evaluator.keys import Keys
from toggles.evaluator.tokens import PERIOD, make_token, period, read_token

SECRET = b"s" * 32


def address(service: Service) -> str:
    (stream,) = service.evaluate_all({"targetingKey": "u"}).json()["eventStreams"]
    assert stream["type"] == "sse"
    assert "origin" not in stream["endpoint"]
    uri: str = stream["endpoint"]["requestUri"]
    assert uri.startswith("/")
    return uri


def events(answer: httpx.Response) -> Iterator[dict[str, Any]]:
    """The events, each with its id."""
    event: dict[str, str] = {}
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if name and line:
            event[name] = value
        elif "data" in event:
            assert event["event"] == "message"
            yield {"id": event["id"], **json.loads(event["data"])}
            event = {}


@pytest.mark.parametrize("kind", ["server", "client"])
def test_stream__feature_changed__tells_to_fetch_again(kind: str, changing: Service) -> None:
    mine = changing.with_key(make_key(kind=kind))
    url = f"http://127.0.0.1:{mine.port}{address(mine)}"
    with httpx.stream("GET", url, timeout=15) as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        told = events(answer)
        assert next(told)["id"] == "1"
        expose()
        event = next(told)
        assert (event["id"], event["type"]) == ("2", "refetchEvaluation")
        assert event["etag"].startswith('"2-')
        assert abs(event["lastModified"] - time.time()) < 60
        hints = f"?flagConfigEtag={event['etag']}&flagConfigLastModified={event['lastModified']}"
        path = "/ofrep/v1/evaluate/flags" + hints
        headers = {"Authorization": f"Bearer {mine.key}"}
        assert mine.post(path, {"context": {}}, headers).json()["flags"][0]["variant"] == "on"


def test_stream__reconnected_after_a_change__told_at_once_unless_it_has_it(
    changing: Service,
) -> None:
    uri = address(changing)
    expose()
    eventually(lambda: changing.number() == 2)
    assert address(changing) == uri
    url = f"http://127.0.0.1:{changing.port}{uri}"
    with httpx.stream("GET", url, headers={"Last-Event-ID": "1"}, timeout=15) as answer:
        assert next(events(answer))["id"] == "2"
    with httpx.stream("GET", url, headers={"Last-Event-ID": "2"}, timeout=15) as answer:
        expose(0)
        assert next(events(answer))["id"] == "3"


def test_stream__change_that_clients_do_not_see__not_told_to_them(changing: Service) -> None:
    perform(BY, toggles.CreateFeature(key="secret", name="Secret", owner="shop"))
    eventually(lambda: changing.number() == 2)
    mine = changing.with_key(make_key(kind="client"))
    with httpx.stream("GET", f"http://127.0.0.1:{mine.port}{address(mine)}", timeout=15) as answer:
        told = events(answer)
        assert next(told)["id"] == "2"
        perform(
            BY,
            toggles.SetExposure(
                feature="secret",
                environment="production",
                exposure=Exposure.of(enabled=True, rules=[]),
                keep_options=True,
            ),
        )
        expose()
        assert next(told)["id"] == "4"


def test_stream__bad_token_or_revoked_key__401(changing: Service) -> None:
    uri = address(changing)
    for bad in ("/ofrep/v1/events", uri[:-1] + ("0" if uri[-1] != "0" else "1"), uri + "é"):
        assert changing.get(bad).status_code == 401, bad
    perform(BY, accounts.RevokeApiKey(selector=selector_of(changing.key)))
    eventually(lambda: changing.get(uri).status_code == 401, seconds=1)


def test_token__after_its_time_or_for_another_key__opens_nothing() -> None:
    keys = Keys()
    keys.replace([(name, name * 2, "client", "production", []) for name in ("a", "b")])
    live = keys.get("a")
    assert live
    token = make_token(SECRET, live.selector, live.digest, period(1000))
    opened = read_token(SECRET, keys, token, now=1000)
    assert opened
    assert opened[0] == live
    assert PERIOD <= opened[1] <= 2 * PERIOD
    assert read_token(SECRET, keys, token, now=1000 + 2 * PERIOD) is None
    assert read_token(SECRET, keys, token.replace("a", "b", 1), now=1000) is None
    assert read_token(b"another secret", keys, token, now=1000) is None


def test_token__in_an_address__never_in_the_log(changing: Service, processes: Any) -> None:
    token = address(changing).rpartition("token=")[2]
    httpx.post(f"http://127.0.0.1:{changing.port}/ofrep/v1/events?token={token}")
    with httpx.stream(
        "GET", f"http://127.0.0.1:{changing.port}/ofrep/v1/events?token={token}", timeout=15
    ) as answer:
        assert answer.status_code == 200
    logs = list(processes.folder.glob("process-*.log"))
    assert logs
    assert not any(token in log.read_text() for log in logs)
