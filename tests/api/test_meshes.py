"""A mesh's settings name nothing that the operator does not list, and its token is never told."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django
from django.core.management import call_command
from django.test import override_settings

from accounts.models import Environment
from governance.changes import perform
from governance.network import Networks
from governance.refusals import Conflict, Invalid
from routing.allowed import NamedCluster
from routing.changes import CreateService
from routing.models import Mesh
from routing.reads import check_ready, router_for
from routing.reads.routes import RoutePlan
from routing.routers.base import RouterRefused
from routing.sealed import open_settings
from tests.api.caller import Caller, everything
from tests.api.endpoints import WHY
from tests.routing.shop import BY

TOKEN = "a-bearer-token-of-the-cluster"
SERVER = "https://k8s.example:6443"
PATH = "environments/production/mesh"


@pytest.fixture(autouse=True)
def operator(tmp_path: Path, environments: dict[str, Environment]) -> Iterator[Path]:
    """Lists one folder, one cluster and no network."""
    folder = tmp_path / "listed"
    folder.mkdir()
    listed = {"prod-eu": NamedCluster(kubeconfig=str(tmp_path / "config"))}
    with override_settings(
        ENVOY_FOLDERS=(folder,), ALLOWED_NETWORKS=Networks(), MESH_CLUSTERS=listed
    ):
        yield folder


def put(caller: Caller, router: str, **settings: Any) -> tuple[int, Any]:
    return caller.put(PATH, {**WHY, "router": router, "settings": settings})


def test_set_mesh__kubeconfig_that_names_a_program__refused_and_nothing_runs(
    as_admin: Caller, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    user = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "touch"}}
    user["exec"]["args"] = [str(ran)]  # type: ignore[assignment]
    config = {
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    file = tmp_path / "config"
    file.write_text(json.dumps(config))
    with file.open() as opened:
        paths = [str(file), f"/proc/self/fd/{opened.fileno()}", f"{tmp_path}/listed/../config"]
        answers = [put(as_admin, "istio", kubeconfig=path) for path in [*paths, "/nowhere"]]
    assert {status for status, _ in answers} == {400}
    assert len({json.dumps(answer) for _, answer in answers}) == 1
    assert "TOGGLEMESH_CLUSTERS" in answers[0][1]["errors"]["settings.kubeconfig"]
    assert not ran.exists()


@pytest.mark.parametrize("key", ["exec", "auth-provider", "proxy", "proxy-url", "token_file"])
def test_set_mesh__anything_else_of_a_kubeconfig__refused(as_admin: Caller, key: str) -> None:
    status, answer = put(as_admin, "istio", server=SERVER, token=TOKEN, **{key: "/bin/true"})
    assert (status, list(answer["errors"])) == (400, [f"settings.{key}"])


def test_set_mesh__folders_that_are_not_listed__same_answer_whatever_is_there(
    as_admin: Caller, operator: Path, tmp_path: Path
) -> None:
    (operator / "out").symlink_to("/etc")
    (operator / "loop").symlink_to(operator / "loop")
    (tmp_path / "listed-too").mkdir()
    folders = [
        *("/etc", "/etc/passwd", "/nowhere", "/proc/self/fd/1", "/root/secret", "/"),
        *(f"{operator}/..", f"{operator}/../listed-too", f"{operator}/out", f"{operator}/out/x"),
        *(f"{operator}-too", f"{operator}/loop/x"),
    ]
    answers = [put(as_admin, "envoy", directory=folder) for folder in folders]
    assert {status for status, _ in answers} == {400}
    assert len({json.dumps(answer) for _, answer in answers}) == 1
    assert not Mesh.objects.exists()


def test_set_mesh__folder_below_a_listed_one__taken(as_admin: Caller, operator: Path) -> None:
    status, answer = put(as_admin, "envoy", directory=str(operator / "mesh"))
    assert (status, answer["settings"]) == (200, {"directory": f"{operator}/mesh"})


ADDRESSES = [
    *("127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]"),
    *("[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254", "[fe80::1]", "0.0.0.0"),
]


def test_set_mesh__private_addresses__same_answer_whatever_answers_there(
    as_admin: Caller, operator: Path
) -> None:
    for router, field, settings in (
        ("envoy", "admins", lambda host: {"admins": {"web": f"http://{host}:80"}}),
        ("istio", "sidecars", lambda host: {"cluster": "prod-eu", "sidecars": [f"http://{host}"]}),
        ("istio", "server", lambda host: {"server": f"https://{host}", "token": TOKEN}),
    ):
        more = {"directory": str(operator)} if router == "envoy" else {}
        answers = [put(as_admin, router, **more, **settings(host)) for host in ADDRESSES]
        assert {status for status, _ in answers} == {400}, field
        assert len({json.dumps(answer) for _, answer in answers}) == 1
        assert list(answers[0][1]["errors"]) == [f"settings.{field}"]


def test_set_version__private_endpoints__same_answer_whatever_answers_there(
    as_admin: Caller, operator: Path, team: object
) -> None:
    perform(BY, CreateService(key="cart", name="Cart", owner="shop"))
    path = "services/cart/environments/production/versions/v9"
    hosts = [host for host in ADDRESSES if "[" not in host]
    answers = [as_admin.put(path, {**WHY, "endpoints": [f"{host}:22"]}) for host in hosts]
    assert {status for status, _ in answers} == {400}
    assert len({json.dumps(answer) for _, answer in answers}) == 1


def test_set_mesh__token__is_stored_encrypted_and_never_told(as_admin: Caller) -> None:
    status, answer = put(as_admin, "istio", server=SERVER, token=TOKEN)
    assert (status, answer["settings"]) == (200, {"server": SERVER, "token": "set"})
    assert TOKEN not in json.dumps(everything(), default=str)
    router = router_for("production")
    assert router
    assert TOKEN not in repr(vars(router))


def test_set_mesh__same_token_again__changes_nothing(as_admin: Caller) -> None:
    put(as_admin, "istio", server=SERVER, token=TOKEN)
    before = everything()
    for token in (TOKEN, "set"):
        assert put(as_admin, "istio", server=SERVER, token=token)[0] == 200
        assert everything() == before


def test_set_mesh__kept_token_for_another_server__refused(as_admin: Caller) -> None:
    put(as_admin, "istio", server=SERVER, token=TOKEN)
    authority = ssl.DER_cert_to_PEM_cert(b"x")
    for settings in ({"server": "https://evil.example"}, {"server": SERVER, "ca": authority}):
        status, answer = put(as_admin, "istio", token="set", **settings)
        assert (status, list(answer["errors"])) == (400, ["settings.token"])


def test_secret_key__is_changed__token_is_read_with_the_former_and_sealed_anew(
    as_admin: Caller,
) -> None:
    put(as_admin, "istio", server=SERVER, token=TOKEN)
    former, now = django.SECRET_KEY, "another-secret-" + "1" * 40
    with override_settings(SECRET_KEY=now, SECRET_KEY_FALLBACKS=[former]):
        before = Mesh.objects.get().settings
        assert router_for("production")
        call_command("reseal_tokens")
        assert Mesh.objects.get().settings != before
    with override_settings(SECRET_KEY=now):
        assert router_for("production")
    with pytest.raises(Invalid, match="TOGGLEMESH_SECRET_KEY_FALLBACKS"):
        open_settings(Mesh.objects.get().settings)


def test_stored_kubeconfig__of_an_older_version__refused_with_the_remedy(
    environments: dict[str, Environment],
) -> None:
    where = environments["production"]
    Mesh.objects.create(environment=where, router="istio", settings={"kubeconfig": "/etc/x"})
    with pytest.raises(RouterRefused, match="TOGGLEMESH_CLUSTERS"):
        router_for("production")
    with pytest.raises(Conflict, match="TOGGLEMESH_CLUSTERS"):
        check_ready("production", [RoutePlan("cart", "v2", "v1", wanted_before=False)])
