"""What Unleash Edge asks beyond an SDK."""

from typing import Any

import pytest

from accounts.changes import RevokeApiKey
from governance.changes import perform
from tests.conditions import eventually
from tests.evaluator.service import BY, Service, make_key, selector_of


def validate(service: Service, *tokens: Any) -> list[dict[str, Any]]:
    answer = service.post("/edge/validate", {"tokens": tokens}, {})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["tokens"]
    return found


def test_validate__some_live_some_not__only_the_live_with_what_they_open(
    changing: Service,
) -> None:
    server, client = (make_key(kind=kind, format="unleash") for kind in ("server", "client"))
    forged = server[:-1] + ("a" if server[-1] != "a" else "b")
    renamed = server.replace("production", "staging")
    found = validate(changing, server, client, forged, renamed, "default:x.y", "nonsense", "")
    said = {"projects": ["*"], "environment": "production"}
    assert found == [
        {"token": server, "type": "client", **said},
        {"token": client, "type": "frontend", **said},
    ]


def test_validate__revoked__is_not_said_any_more(changing: Service) -> None:
    key = make_key(kind="edge", format="unleash")
    assert [one["token"] for one in validate(changing, key)] == [key]
    perform(BY, RevokeApiKey(selector=selector_of(key)))
    eventually(lambda: not validate(changing, key), seconds=2)


@pytest.mark.parametrize("content", [{}, {"tokens": 7}, {"tokens": [7]}, {"tokens": ["x"] * 1001}])
def test_validate__not_in_shape__400_message(content: Any, reading: Service) -> None:
    answer = reading.post("/edge/validate", content, {})
    assert (answer.status_code, list(answer.json())) == (400, ["message"])


def test_key__in_unleashs_format__opens_what_another_does(changing: Service) -> None:
    key = make_key(kind="server", format="unleash")
    for header in (key, f"Bearer {key}"):
        answer = changing.get("/api/client/features", {"Authorization": header})
        assert answer.status_code == 200
    headers = {"Authorization": key}
    assert changing.post("/api/client/metrics/edge", {"app": "edge"}, headers).status_code == 202
    assert changing.post("/api/client/metrics/edge", {}, {}).status_code == 401
