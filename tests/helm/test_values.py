"""What must be given is asked for in one sentence; what cannot be used is refused by name."""

from __future__ import annotations

import re

import pytest

from tests.helm.conftest import CHART, ENOUGH, Helm, Render, settings

pytestmark = pytest.mark.testbed


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("image.repository", "Give image.repository"),
        ("publicUrl", "Give publicUrl"),
        ("secrets.existingSecret", "there are no defaults"),
    ],
)
def test_template__value_missing__says_which(helm: Helm, missing: str, words: str) -> None:
    given = {name: value for name, value in ENOUGH.items() if name != missing}
    answer = helm("template", "tm", str(CHART), *settings(given))
    assert answer.returncode
    assert words in answer.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("web.replicas", "0"),
        ("web.replicaz", "2"),
        ("publicUrl", "toggles.example"),
        ("mesh.namespaces[0]", "Shop_1"),
        ("secrets.secretKey", "short"),
        ("secrets.databaseUrl", "mysql://db/x"),
        ("image.pullPolicy", "Sometimes"),
        ("trustedProxies[0]", "ingress.example"),
    ],
)
def test_template__value_cannot_be_used__refused_by_name(helm: Helm, name: str, value: str) -> None:
    answer = helm("template", "tm", str(CHART), *settings({**ENOUGH, name: value}))
    assert answer.returncode
    assert re.split(r"[.\[]", name)[0] in answer.stderr
    assert "values.schema.json" in answer.stderr or "schema" in answer.stderr


def test_template__trusted_proxies__are_told_to_every_pod(render: Render) -> None:
    documents = render(trustedProxies="{10.0.0.0/8,2001:db8::/32}")
    told = re.findall(r"'TOGGLEMESH_TRUSTED_PROXIES', 'value': '([^']*)'", str(documents))
    assert set(told) == {"10.0.0.0/8,2001:db8::/32"}
    assert "'TOGGLEMESH_TRUSTED_PROXIES', 'value': ''" in str(render())


def test_template__administrators_password__is_told_to_the_job_that_prepares_alone(
    render: Render,
) -> None:
    assert "TOGGLEMESH_ADMINISTRATOR" not in str(render())
    documents = render(administrator__passwordSecret="first-sign-in")
    told = [one for one in documents if "TOGGLEMESH_ADMINISTRATOR_PASSWORD" in str(one)]
    assert [one["kind"] for one in told] == ["Job"]
    assert "{'name': 'first-sign-in', 'key': 'password'}" in str(told)


def test_template__secrets_given_as_values__make_the_secret_that_pods_read(render: Render) -> None:
    documents = render(
        secrets__existingSecret="",
        secrets__secretKey="k" * 40,
        secrets__databaseUrl="postgresql://db/togglemesh",
        secrets__redisUrl="redis://valkey/0",
    )
    made = {d["metadata"]["name"] for d in documents if d["kind"] == "Secret"}
    assert made == secrets_read(documents) == {"tm-secrets", "tm-migrate"}


def test_template__existing_secret__is_the_only_one_read(render: Render) -> None:
    documents = render()
    assert not [d for d in documents if d["kind"] == "Secret"]
    assert secrets_read(documents) == {"togglemesh"}


def secrets_read(documents: list[dict[str, object]]) -> set[str]:
    """Names of the Secrets that containers take their environment from."""
    found: set[str] = set()

    def walk(part: object) -> None:
        if isinstance(part, dict):
            if "secretKeyRef" in part:
                found.add(part["secretKeyRef"]["name"])
            part = list(part.values())
        if isinstance(part, list):
            for each in part:
                walk(each)

    walk(documents)
    return found


def test_template__clusters_and_networks_given__reach_web_and_worker_alone(render: Render) -> None:
    documents = render(
        **{"mesh__allowedNetworks[0]": "10.0.0.0/8", "mesh__clustersSecret": "clusters"}
    )
    seen = {}
    for document in documents:
        if document["kind"] == "Deployment":
            pod = document["spec"]["template"]["spec"]
            environ = {e["name"]: e.get("value") for e in pod["containers"][0]["env"]}
            assert environ["TOGGLEMESH_ALLOWED_NETWORKS"] == "10.0.0.0/8"
            name = document["metadata"]["name"].removeprefix("tm-")
            seen[name] = ("TOGGLEMESH_CLUSTERS" in environ, len(pod["volumes"]))
    assert {name for name, found in seen.items() if found == (True, 2)} == {"web", "worker"}
    assert {found for name, found in seen.items() if name not in ("web", "worker")} == {(False, 1)}
