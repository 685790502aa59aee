"""`POST /ofrep/v1/evaluate/flags`: every feature at once, with an ETag over all that counts."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.conditions import eventually
from tests.evaluator.service import FEATURE, Service, expose, make_key


def test_evaluate_all__one_feature__its_decision_as_alone(reading: Service) -> None:
    answer = reading.evaluate_all({"targetingKey": "u"})
    assert answer.status_code == 200
    assert answer.json()["flags"] == [reading.evaluate(targetingKey="u").json()]
    assert answer.json()["flags"][0]["key"] == FEATURE


def test_evaluate_all__same_etag_sent__304_without_body(reading: Service) -> None:
    etag = reading.evaluate_all({"targetingKey": "u", "plan": "a"}).headers["etag"]
    for sent in (etag, f"W/{etag}", f'"other", {etag}'):
        answer = reading.evaluate_all(
            {"plan": "a", "targetingKey": "u"}, headers={"If-None-Match": sent}
        )
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag


@pytest.mark.parametrize(
    ("hint", "status"),
    [('"0-abc"', 304), ("", 304), ("nonsense", 304), ('"9-abc"', 200), ('W/"9-abc"', 200)],
)
def test_evaluate_all__hint_of_a_newer_state__never_304(
    hint: str, status: int, reading: Service
) -> None:
    headers = {"Authorization": f"Bearer {reading.key}"}
    content = {"context": {"targetingKey": "u"}}
    etag = reading.post("/ofrep/v1/evaluate/flags", content, headers).headers["etag"]
    path = f"/ofrep/v1/evaluate/flags?flagConfigEtag={quote(hint)}&flagConfigLastModified=1"
    again = reading.post(path, content, {**headers, "If-None-Match": etag})
    assert again.status_code == status


def test_evaluate_all__hint_of_a_state_that_is_only_in_postgresql__fetched_for_the_answer(
    changing: Service,
) -> None:
    hint = quote(f'"{changing.number() + 1}-abc"')
    expose()
    headers = {"Authorization": f"Bearer {changing.key}", "If-None-Match": '"x"'}
    path = f"/ofrep/v1/evaluate/flags?flagConfigEtag={hint}"
    (flag,) = changing.post(path, {"context": {}}, headers).json()["flags"]
    assert flag["variant"] == "on"


@pytest.mark.parametrize("context", [{"targetingKey": "v"}, {"targetingKey": "u", "plan": "a"}, {}])
def test_evaluate_all__other_context__other_etag(context: Any, reading: Service) -> None:
    etag = reading.evaluate_all({"targetingKey": "u"}).headers["etag"]
    answer = reading.evaluate_all(context, headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert answer.headers["etag"] != etag


def test_evaluate_all__malformed__400_without_key(reading: Service) -> None:
    answer = reading.post("/ofrep/v1/evaluate/flags", {"context": 1})
    assert answer.status_code == 400
    assert answer.json()["errorCode"] == "INVALID_CONTEXT"
    assert "key" not in answer.json()


def test_evaluate_all__feature_changed_or_other_key__other_etag(changing: Service) -> None:
    first = changing.evaluate_all({"targetingKey": "u"}).headers["etag"]
    expose()
    eventually(lambda: changing.variant(targetingKey="u") == "on")
    changed = changing.evaluate_all({"targetingKey": "u"}, headers={"If-None-Match": first})
    assert changed.status_code == 200
    assert changed.json()["flags"][0]["variant"] == "on"
    changing.key = make_key()
    other = changing.evaluate_all({"targetingKey": "u"}).headers["etag"]
    assert len({first, changed.headers["etag"], other}) == 3
