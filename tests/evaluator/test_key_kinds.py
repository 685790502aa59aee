"""What each kind of key opens, and what it does not."""

import pytest

from accounts import changes as accounts
from governance.changes import perform
from tests.conditions import eventually
from tests.evaluator.service import BY, FEATURE, Service, expose, make_key, selector_of
from toggles import changes as toggles

OPEN = {
    "server": {"ofrep", "stream", "client"},
    "client": {"ofrep", "frontend"},
    "edge": {"stream", "client"},
}


@pytest.mark.parametrize("kind", OPEN)
def test_key__each_kind__opens_its_doors_and_no_other(kind: str, changing: Service) -> None:
    mine = changing.with_key(make_key(kind=kind))
    bearer = {"Authorization": f"Bearer {mine.key}"}
    raw = {"Authorization": mine.key}
    answers = {
        "ofrep": mine.evaluate(targetingKey="u"),
        "stream": mine.get("/stream/v1/snapshot", bearer),
        "client": mine.get("/api/client/features", raw),
        "frontend": mine.get("/api/frontend", raw),
    }
    assert {door for door, answer in answers.items() if answer.status_code == 200} == OPEN[kind]
    closed = [answer for answer in answers.values() if answer.status_code != 200]
    assert {answer.status_code for answer in closed} == {403}
    fields = [next(iter(answer.json())) for answer in closed]
    assert set(fields) <= {"errorDetails", "message"}


def test_client_key__feature_not_marked_for_clients__is_not_there(changing: Service) -> None:
    expose()
    browser = changing.with_key(make_key(kind="client"))
    eventually(lambda: browser.variant(targetingKey="u") == "on")
    assert len(browser.evaluate_all({"targetingKey": "u"}).json()["flags"]) == 1
    perform(BY, toggles.SetFeature(feature=FEATURE, client_side=False))
    eventually(lambda: browser.evaluate(targetingKey="u").status_code == 404)
    assert browser.evaluate(targetingKey="u").json()["errorCode"] == "FLAG_NOT_FOUND"
    assert browser.evaluate_all({"targetingKey": "u"}).json()["flags"] == []
    frontend = browser.get("/api/frontend?userId=u", {"Authorization": browser.key})
    assert frontend.json() == {"toggles": []}
    assert changing.variant(targetingKey="u") == "on"


def test_keys__rotated__both_live_and_revoking_one_reaches_every_door(changing: Service) -> None:

    former = make_key(kind="client")
    successor = perform(BY, accounts.RotateApiKey(selector=selector_of(former)))
    both = [changing.with_key(key) for key in (former, successor)]
    for one in both:
        eventually(lambda one=one: one.evaluate(targetingKey="u").is_success)
    perform(BY, accounts.RevokeApiKey(selector=selector_of(former)))
    raw = {"Authorization": former}
    eventually(lambda: both[0].get("/api/frontend", raw).status_code == 401, seconds=1)
    assert both[0].evaluate(targetingKey="u").status_code == 401
    assert both[1].evaluate(targetingKey="u").is_success
