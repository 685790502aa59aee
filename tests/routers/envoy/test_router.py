"""What is the envoy router's own: reloads, refusals, proxies that are away, and what it counts."""

from __future__ import annotations

import dataclasses
import json
import socket
import threading
from pathlib import Path

import pytest

from governance.network import read_networks
from governance.refusals import Invalid
from routing.allowed import Allowed
from routing.routers.base import (
    Match,
    RouterRefused,
    RouterUnavailable,
    ServicePlan,
    Standing,
    VersionPlan,
)
from routing.routers.envoy.router import EnvoyRouter
from tests.conditions import eventually
from tests.routers.contract import TO_V2, counts, matching, put, since
from tests.routers.envoy.mesh import EnvoyMesh, Instance

CARRIER = "feature.new-checkout=on"


def test_set_routes__many_reloads_under_load__drop_no_request(mesh: EnvoyMesh) -> None:
    done, failed = threading.Event(), []
    met = {"v1": 0, "v2": 0}

    def load() -> None:
        while not done.is_set():
            status, version = mesh.send(CARRIER)
            if status == 200:
                met[version] += 1
            else:
                failed.append((status, version))

    threads = [threading.Thread(target=load) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for wanted in ("v2", "v1") * 10:
            put(mesh, matching(mesh.plan, TO_V2) if wanted == "v2" else mesh.plan)
            seen = met[wanted]
            eventually(lambda: met[wanted] > seen + 5)  # noqa: B023 - used within this turn
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert failed == []


def test_set_routes__version_moves_to_another_instance__drops_no_request(
    mesh: EnvoyMesh,
) -> None:
    put(mesh, matching(mesh.plan, TO_V2))
    newer = Instance("v2-newer")
    try:
        versions = [
            dataclasses.replace(v, endpoints=(newer.endpoint,)) if v.version == "v2" else v
            for v in mesh.plan.versions
        ]
        moved = dataclasses.replace(matching(mesh.plan, TO_V2), versions=tuple(versions))
        put(mesh, moved)
        assert mesh.send(CARRIER) == (200, "v2-newer")
    finally:
        newer.close()


def test_set_routes__version_is_dropped__its_cluster_goes_after_its_route(
    mesh: EnvoyMesh,
) -> None:
    put(mesh, matching(mesh.plan, TO_V2))
    only_v1 = dataclasses.replace(mesh.plan, versions=mesh.plan.versions[:1])
    put(mesh, only_v1)
    assert mesh.send(CARRIER) == (200, "v1")
    assert dict(mesh.router.ready_endpoints(only_v1)) == {"v1": 1}


@pytest.mark.parametrize("version", ["v3", "v4"])
def test_set_routes__match_to_a_version_without_endpoints__changes_nothing(
    mesh: EnvoyMesh, version: str
) -> None:
    before = (mesh.proxy.folder / "rds.json").read_bytes()
    with pytest.raises(RouterRefused, match=version):
        mesh.router.set_routes(matching(mesh.plan, Match("new-checkout", "on", version)))
    assert (mesh.proxy.folder / "rds.json").read_bytes() == before


def test_set_routes__proxy_is_away__is_taken_when_it_is_back(mesh: EnvoyMesh) -> None:
    mesh.stop_envoy()
    plan = matching(mesh.plan, TO_V2)
    mesh.router.set_routes(plan)
    with pytest.raises(RouterUnavailable):
        mesh.router.verify(plan)
    mesh.start()
    eventually(lambda: standing(mesh, plan) is Standing.IN_PLACE)
    eventually(lambda: mesh.send(CARRIER) == (200, "v2"))


def test_set_routes__folder_cannot_be_written__is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "cart").write_text("a file where the folder should be")
    router = EnvoyRouter({"directory": str(tmp_path)})
    with pytest.raises(RouterUnavailable):
        router.set_routes(plan_of_one())


def test_verify__no_admin_address__says_that_nobody_can_tell(tmp_path: Path) -> None:
    router, plan = EnvoyRouter({"directory": str(tmp_path)}), plan_of_one()
    assert router.verify(plan).standing is Standing.NOT_YET
    router.set_routes(plan)
    assert router.verify(plan).standing is Standing.UNKNOWN


def test_ready_endpoints__instance_ends__is_not_counted(mesh: EnvoyMesh) -> None:
    put(mesh, mesh.plan)
    eventually(lambda: mesh.router.ready_endpoints(mesh.plan)["v2"] == 1)
    mesh.v2.close()
    eventually(lambda: mesh.router.ready_endpoints(mesh.plan)["v2"] == 0)


def test_read_traffic__instance_is_gone__its_requests_are_errors(mesh: EnvoyMesh) -> None:
    put(mesh, matching(mesh.plan, TO_V2))
    before = counts(mesh)
    mesh.v2.close()
    assert mesh.send(CARRIER)[0] == 503
    eventually(lambda: since(before, counts(mesh)) == {"v2": (1, 1)})


def test_read_traffic__client_errors__are_no_errors(mesh: EnvoyMesh) -> None:
    before = counts(mesh)
    assert mesh.send(None, headers={"x-status": "404"})[0] == 404
    eventually(lambda: since(before, counts(mesh)) == {"v1": (1, 0)})


def test_remove__proxy_runs__it_goes_back_to_the_baseline(mesh: EnvoyMesh) -> None:
    plan = matching(mesh.plan, TO_V2)
    put(mesh, plan)
    mesh.router.remove(plan)
    assert mesh.send(CARRIER) == (200, "v1")
    assert list(mesh.proxy.folder.glob("*.json")) == []


def test_written_files__same_plan__are_not_written_again(mesh: EnvoyMesh) -> None:
    written = (mesh.proxy.folder / "rds.json").stat()
    mesh.router.set_routes(mesh.plan)
    assert (mesh.proxy.folder / "rds.json").stat().st_ino == written.st_ino
    assert json.loads((mesh.proxy.folder / "rds.json").read_text())["version_info"]


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({}, "settings.directory"),
        ({"directory": "not/absolute"}, "settings.directory"),
        ({"directory": 7}, "settings.directory"),
        ({"directory": "/tmp/x", "admins": []}, "settings.admins"),
        ({"directory": "/tmp/x", "admins": {"web": "127.0.0.1:9901"}}, "settings.admins"),
        ({"directory": "/tmp/x", "admins": {"web": "http://127.0.0.1"}}, "settings.admins"),
        ({"directory": "/tmp/x", "admins": {"web": ["http://h:1", 7]}}, "settings.admins"),
        ({"directory": "/tmp/x", "admins": {"web": "http://h:99999"}}, "settings.admins"),
        ({"directory": "/tmp/x", "kubeconfig": "x"}, "settings.kubeconfig"),
    ],
)
def test_settings__cannot_be_used__name_the_field(settings: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        EnvoyRouter(settings)
    assert list(refused.value.errors) == [field]


def standing(mesh: EnvoyMesh, plan: ServicePlan) -> Standing:
    try:
        return mesh.router.verify(plan).standing
    except RouterUnavailable:
        return Standing.UNKNOWN


def plan_of_one() -> ServicePlan:
    return ServicePlan(
        environment="production",
        service="cart",
        namespace="default",
        host="127.0.0.1",
        port=80,
        baseline="v1",
        versions=(VersionPlan("v1", {}, ("127.0.0.1:1",)),),
        matches=(),
    )


def test_set_routes__link_out_of_the_folder_came_since__refused_and_nothing_written(
    tmp_path: Path,
) -> None:
    listed, outside = tmp_path / "listed", tmp_path / "outside"
    listed.mkdir()
    outside.mkdir()
    allowed = Allowed(read_networks(["127.0.0.0/8"]), (listed,))
    router = EnvoyRouter({"directory": str(listed)}, allowed)
    (listed / "cart").symlink_to(outside)
    with pytest.raises(RouterRefused, match="TOGGLEMESH_ENVOY_FOLDERS"):
        router.set_routes(plan_of_one())
    assert list(outside.iterdir()) == []


def test_ready_endpoints__address_or_name_is_not_listed__nobody_is_called(tmp_path: Path) -> None:
    router = EnvoyRouter({"directory": str(tmp_path)}, Allowed(folders=(tmp_path,)))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        places = (f"127.0.0.1:{port}", f"localhost:{port}")
        plan = dataclasses.replace(plan_of_one(), versions=(VersionPlan("v1", {}, places),))
        assert router.ready_endpoints(plan) == {"v1": 0}
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_set_routes__stored_address_is_not_listed__no_envoy_gets_it(tmp_path: Path) -> None:
    router = EnvoyRouter({"directory": str(tmp_path)}, Allowed(folders=(tmp_path,)))
    with pytest.raises(RouterRefused, match="no endpoints"):
        router.set_routes(plan_of_one())
    assert list(tmp_path.rglob("*.json")) == []
