"""`POST /ofrep/v1/evaluate/flags/{key}`."""

from typing import Any

import pytest

from tests.evaluator.service import FEATURE, Service

PATH = f"/ofrep/v1/evaluate/flags/{FEATURE}"


def test_evaluate_one__feature_at_half__same_user_same_variant_with_reason_and_revision(
    reading: Service,
) -> None:
    answers = [reading.evaluate(targetingKey=f"user-{n}").json() for n in range(40)]
    again = [reading.evaluate(targetingKey=f"user-{n}").json() for n in range(40)]
    assert answers == again
    assert {answer["variant"] for answer in answers} == {"on", "off"}
    on = next(answer for answer in answers if answer["variant"] == "on")
    assert on == {
        "key": FEATURE,
        "reason": "SPLIT",
        "variant": "on",
        "value": True,
        "metadata": {"revision": 2},
    }


@pytest.mark.parametrize("body", [b"", b"{}", b'{"context": null}', b'{"context": {}}'])
def test_evaluate_one__no_context__decides_without(body: bytes, reading: Service) -> None:
    answer = reading.post(PATH, body)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["variant"] in ("on", "off")


def test_evaluate_one__key_as_x_api_key__is_taken(reading: Service) -> None:
    assert reading.post(PATH, {}, {"X-API-Key": reading.key}).status_code == 200


def test_evaluate_one__unknown_feature__404_flag_not_found(reading: Service) -> None:
    answer = reading.evaluate("no-such-feature", targetingKey="u")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["key"] == "no-such-feature"
    assert answer.json()["errorCode"] == "FLAG_NOT_FOUND"


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[1]", b'"text"', b"[" * 60_000])
def test_evaluate_one__body_is_no_json_object__parse_error(body: bytes, reading: Service) -> None:
    answer = reading.post(PATH, body)
    assert answer.status_code == 400
    assert answer.json()["key"] == FEATURE
    assert answer.json()["errorCode"] == "PARSE_ERROR"
    assert "body" in answer.json()["errorDetails"]


@pytest.mark.parametrize(
    ("context", "field"),
    [
        ("text", "context"),
        ([], "context"),
        (7, "context"),
        ({"targetingKey": ["a"]}, "context.targetingKey"),
        ({"userId": {}}, "context.userId"),
        ({"sessionId": True}, "context.sessionId"),
        ({"properties": []}, "context.properties"),
        ({"properties": {"userId": []}}, "context.properties.userId"),
    ],
)
def test_evaluate_one__malformed_context__error_names_the_field(
    context: Any, field: str, reading: Service
) -> None:
    answer = reading.post(PATH, {"context": context})
    assert answer.status_code == 400
    assert answer.json()["errorCode"] == "INVALID_CONTEXT"
    assert answer.json()["errorDetails"].startswith(f"{field}: ")


def test_evaluate_one__numeric_user__same_as_its_text(reading: Service) -> None:
    assert reading.evaluate(targetingKey=7).json() == reading.evaluate(targetingKey="7").json()
