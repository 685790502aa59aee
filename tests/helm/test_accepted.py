"""A real API server takes every object, and the pods in a namespace that is `restricted`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from testbed.api import ApiRefused
from testbed.cluster import Cluster
from tests.helm.conftest import Render

pytestmark = pytest.mark.testbed
ROOT = Path(__file__).parent.parent.parent
PROCESSES = {"web", "evaluator", "relay", "worker", "beat"}


def pods(documents: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for document in documents:
        template = document.get("spec", {}).get("template")
        if template:
            yield {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {**template["metadata"], "name": document["metadata"]["name"]},
                "spec": template["spec"],
            }


def test_chart__all_on__every_object_is_accepted(cluster: Cluster, render: Render) -> None:
    namespace = cluster.new_namespace("chart")
    documents = render(namespace, networkPolicy__enabled="true")
    documents += render(
        namespace,
        secrets__existingSecret="",
        secrets__secretKey="k" * 40,
        secrets__databaseUrl="postgresql://db/togglemesh",
        secrets__redisUrl="redis://valkey/0",
    )

    for document in documents:
        cluster.api.apply(document, dryRun="All", fieldValidation="Strict")

    deployed = {
        d["metadata"]["labels"]["app.kubernetes.io/component"]
        for d in documents
        if d["kind"] == "Deployment"
    }
    assert deployed == PROCESSES


def test_pods__namespace_enforces_restricted__accepted(cluster: Cluster, render: Render) -> None:
    namespace = cluster.new_namespace("restricted")
    label = {"pod-security.kubernetes.io/enforce": "restricted"}
    metadata = {"name": namespace, "labels": label}
    cluster.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    made = list(pods(render(namespace)))
    assert len(made) == len(PROCESSES) + 1

    for pod in made:
        pod["metadata"]["namespace"] = namespace
        cluster.api.apply(pod, dryRun="All", fieldValidation="Strict")

    made[0]["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = True
    with pytest.raises(ApiRefused, match="restricted"):
        cluster.api.apply(made[0], dryRun="All")


def test_pods__each__has_limits_probes_and_no_token_but_the_worker(render: Render) -> None:
    for pod in pods(render()):
        (container,) = pod["spec"]["containers"]
        assert container["resources"]["requests"]["memory"]
        assert container["resources"]["limits"]["memory"]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        if container["name"] != "migrate":
            assert container["livenessProbe"]
        assert pod["spec"]["automountServiceAccountToken"] == (container["name"] == "worker")


def test_pods__commands__are_known_to_manage_py(render: Render) -> None:
    for pod in pods(render()):
        _, *words = pod["spec"]["containers"][0]["command"]
        options = [word for word in words if word.startswith("--")]
        run = subprocess.run(
            [sys.executable, *words[:2], "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert not run.returncode, run.stderr
        assert all(option in run.stdout for option in options), (words, run.stdout)
