"""One instance of a service: what it tells, and how it fails."""

from __future__ import annotations

from pathlib import Path

from demo.service import Instance
from tests.routers.envoy.mesh import Instance as Backend
from togglemesh import carry
from togglemesh.testing import InMemoryClient

CLIENT = InMemoryClient({"new-checkout": False})


def instance(fault: Path, next_url: str | None = None) -> Instance:
    return Instance("cart", "v2", CLIENT, next_url, "payments.shop", fault)


def test_answer__last_of_the_chain__tells_version_and_decision(tmp_path: Path) -> None:
    status, seen = instance(tmp_path / "fault").answer({"x-user-id": "user-0001"})
    assert status == 200
    assert (seen["service"], seen["version"], seen["variant"]) == ("cart", "v2", "off")
    assert seen["user"] == "user-0001"
    assert seen["reason"]


def test_answer__fault_switched_on_and_off__fails_and_heals(tmp_path: Path) -> None:
    fault = tmp_path / "fault"
    fault.touch()
    assert instance(fault).answer({})[0] == 500
    fault.unlink()
    assert instance(fault).answer({})[0] == 200


def test_answer__next_cannot_be_reached__is_a_bad_gateway(tmp_path: Path) -> None:
    status, seen = instance(tmp_path / "fault", "http://127.0.0.1:1").answer({})
    assert status == 502
    assert "ConnectionRefused" in seen["next"]["error"]


def test_answer__calls_the_next__passes_identity_and_baggage_on(tmp_path: Path) -> None:
    backend = Backend("v1")
    try:
        with carry("tenant=acme,feature.new-checkout=off"):
            instance(tmp_path / "fault", f"http://{backend.endpoint}").answer(
                {"x-user-id": "u", "x-user-group": "beta", "cookie": "secret"}
            )
        sent = backend.seen[-1]
    finally:
        backend.close()
    assert sent["baggage"] == "tenant=acme,feature.new-checkout=off"
    assert (sent["x-user-id"], sent["x-user-group"]) == ("u", "beta")
    assert sent["host"] == "payments.shop"
    assert "cookie" not in sent
