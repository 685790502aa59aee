"""Which web pages may read an answer: the key says so."""

import httpx
import pytest

from tests.evaluator.service import FEATURE, Service, make_key

ONE = f"/ofrep/v1/evaluate/flags/{FEATURE}"
SHOP, OTHER = "https://shop.example", "https://other.example"


def post(service: Service, origin: str, path: str = ONE) -> httpx.Response:
    headers = {"Authorization": f"Bearer {service.key}", "Origin": origin}
    return service.post(path, {"context": {"targetingKey": "u"}}, headers)


def preflight(service: Service, origin: str) -> httpx.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    return httpx.options(f"http://127.0.0.1:{service.port}{ONE}", headers=headers)


def test_answer__origin_of_the_key__readable_with_etag(changing: Service) -> None:
    shop = changing.with_key(make_key(kind="client", origins=[SHOP]))
    answer = post(shop, SHOP, "/ofrep/v1/evaluate/flags")
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert "ETag" in answer.headers["access-control-expose-headers"]
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-origin" not in post(shop, OTHER).headers
    assert preflight(shop, SHOP).status_code == 204
    assert preflight(shop, OTHER).status_code == 403


@pytest.mark.parametrize(("kind", "readable"), [("server", False), ("client", True)])
def test_answer__key_without_origins__any_for_clients_only(
    kind: str, readable: bool, changing: Service
) -> None:
    answer = post(changing.with_key(make_key(kind=kind)), OTHER)
    assert answer.status_code == 200
    assert ("access-control-allow-origin" in answer.headers) is readable


def test_refusal__page_of_some_key__can_read_why(changing: Service) -> None:
    shop = changing.with_key(make_key(kind="client", origins=[SHOP]))
    assert post(shop, SHOP).status_code == 200
    answer = post(changing.with_key("nonsense"), SHOP)
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert "access-control-allow-origin" not in post(changing.with_key("nonsense"), OTHER).headers


def test_preflight__allowed__names_what_was_asked(changing: Service) -> None:
    assert post(changing.with_key(make_key(kind="client")), SHOP).status_code == 200
    answer = preflight(changing, SHOP)
    assert answer.headers["access-control-allow-headers"] == "authorization, content-type"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.content == b""
