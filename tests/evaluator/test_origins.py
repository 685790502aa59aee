"""Which web pages may read an answer: the key says so."""

import socket

import httpx
import pytest

from tests.evaluator.service import FEATURE, Service, make_key
from tests.events.database import address_of_database
from tests.processes import Processes

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


def names(service: Service, request: str) -> tuple[int, list[str]]:
    """Status, and the names of the answer's headers as they came, sorted."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as line:
        line.sendall(request.replace("\n", "\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += line.recv(65536)
    first, *headers = head.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    return int(first.split()[1]), sorted(one.partition(":")[0].lower() for one in headers)


ASKING = f"Host: a\nOrigin: {SHOP}\nAccess-Control-Request-Method: POST\n"


@pytest.mark.parametrize("path", [ONE, "/api/frontend", "/api/client/features", "/ofrep/v1/events"])
def test_preflight__byte_by_byte__each_header_once(path: str, changing: Service) -> None:
    assert post(changing.with_key(make_key(kind="client")), SHOP).status_code == 200
    status, found = names(changing, f"OPTIONS {path} HTTP/1.1\n{ASKING}\n")
    assert status == 204
    assert found.count("access-control-allow-origin") == 1
    assert [one for one in found if found.count(one) > 1 and one != "vary"] == []


def test_answer__byte_by_byte__each_header_once(changing: Service) -> None:
    key = make_key(kind="client")
    head = f"POST {ONE} HTTP/1.1\nHost: a\nOrigin: {SHOP}\nAuthorization: Bearer {key}\n"
    status, found = names(changing, f"{head}Content-Length: 2\n\n{{}}")
    assert status == 200
    assert found.count("access-control-allow-origin") == 1
    assert [one for one in found if found.count(one) > 1] == []


def test_preflight__origin_of_an_app__allowed_as_it_is(changing: Service) -> None:
    app = "capacitor://localhost"
    assert post(changing.with_key(make_key(kind="client", origins=[app])), app).status_code == 200
    assert preflight(changing, app).headers["access-control-allow-origin"] == app
    assert preflight(changing, "capacitor://other").status_code == 403


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


@pytest.mark.parametrize("path", [ONE, "/api/client/features", "/api/frontend"])
def test_refusal__key_of_another_kind__page_can_read_why(path: str, changing: Service) -> None:
    shop = changing.with_key(make_key(kind="client", origins=[SHOP]))
    assert post(shop, SHOP).status_code == 200
    other = shop if path == "/api/client/features" else changing.with_key(make_key(kind="edge"))
    headers = {"Authorization": other.key, "Origin": SHOP}
    ask = changing.post if path == ONE else changing.get
    answer = ask(path, headers=headers)
    assert answer.status_code == 403
    assert answer.headers["access-control-allow-origin"] == SHOP


def test_refusal__too_many_requests__page_can_read_when_to_come_again(
    changing: Service, processes: Processes
) -> None:
    limits = {"TOGGLEMESH_EVALUATION_RATE": "1"}
    service = Service(make_key(kind="client")).start(processes, {**address_of_database(), **limits})
    late = next(one for _ in range(30) if (one := post(service, SHOP)).status_code == 429)
    assert late.headers["access-control-allow-origin"] == SHOP
    assert "Retry-After" in late.headers["access-control-expose-headers"]


def test_stream__page_of_the_key__may_read_it(changing: Service) -> None:
    shop = changing.with_key(make_key(kind="client", origins=[SHOP]))
    (stream,) = post(shop, SHOP, "/ofrep/v1/evaluate/flags").json()["eventStreams"]
    url = f"http://127.0.0.1:{shop.port}{stream['endpoint']['requestUri']}"
    for origin, readable in ((SHOP, True), (OTHER, False)):
        with httpx.stream("GET", url, headers={"Origin": origin}, timeout=15) as answer:
            assert answer.status_code == 200
            assert ("access-control-allow-origin" in answer.headers) is readable
    gone = changing.get("/ofrep/v1/events?token=x", {"Origin": SHOP})
    assert gone.status_code == 401
    assert gone.headers["access-control-allow-origin"] == SHOP
