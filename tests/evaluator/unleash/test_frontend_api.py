"""Unleash's frontend API, as its proxy clients see it."""

import pytest

from tests.conditions import eventually
from tests.evaluator.service import FEATURE, Service, expose, make_key
from tests.events.database import address_of_database
from tests.processes import Processes


@pytest.fixture
def browser(changing: Service) -> Service:
    plan = {"field": "plan", "operator": "IN", "values": ["pro"]}
    expose(constraints=[plan])
    eventually(lambda: changing.number() == 2)
    return changing.with_key(make_key(kind="client"))


def test_frontend__context_in_query_or_body__only_what_is_on(browser: Service) -> None:
    raw = {"Authorization": browser.key}
    on = {
        "name": FEATURE,
        "enabled": True,
        "impressionData": False,
        "variant": {
            "name": "disabled",
            "enabled": False,
            "feature_enabled": True,
            "featureEnabled": True,
        },
    }
    for query in ("properties[plan]=pro", "plan=pro", "userId=u&properties%5Bplan%5D=pro"):
        answer = browser.get(f"/api/frontend?{query}", raw)
        assert answer.json() == {"toggles": [on]}, query
        assert answer.headers["cache-control"] == "no-cache"
    context = {"userId": "u", "properties": {"plan": "pro"}}
    assert browser.post("/api/frontend", {"context": context}, raw).json() == {"toggles": [on]}
    assert browser.get("/api/frontend?plan=free", raw).json() == {"toggles": []}


def test_frontend__etag_sent__304_for_the_same_context(browser: Service) -> None:
    raw = {"Authorization": browser.key}
    etag = browser.get("/api/frontend?plan=pro", raw).headers["etag"]
    again = {**raw, "If-None-Match": etag}
    assert browser.get("/api/frontend?plan=pro", again).status_code == 304
    assert browser.get("/api/frontend?plan=free", again).status_code == 200


@pytest.mark.parametrize("path", ["client/features", "health", "internal-backstage/prometheus"])
def test_frontend__what_it_does_not_do__405(path: str, browser: Service) -> None:
    answer = browser.get(f"/api/frontend/{path}", {"Authorization": browser.key})
    assert (answer.status_code, list(answer.json())) == (405, ["message"])


def test_frontend__behind_a_trusted_proxy__remote_address_is_the_clients(
    changing: Service, processes: Processes
) -> None:
    office = {"field": "remoteAddress", "operator": "IN_CIDR", "values": ["203.0.113.0/24"]}
    expose(constraints=[office])
    proxies = {"TOGGLEMESH_TRUSTED_PROXIES": "127.0.0.1"}
    behind = Service(make_key(kind="client")).start(processes, {**address_of_database(), **proxies})
    eventually(lambda: changing.number() == 2)

    def names(service: Service, forwarded: str) -> list[str]:
        headers = {"Authorization": behind.key, "X-Forwarded-For": forwarded}
        return [one["name"] for one in service.get("/api/frontend", headers).json()["toggles"]]

    assert names(behind, "198.51.100.1, 203.0.113.7:4711") == [FEATURE]
    assert names(behind, "203.0.113.7, 198.51.100.1") == []
    assert names(changing, "203.0.113.7") == []
