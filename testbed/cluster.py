"""The testbed as a whole: started in order, stopped in the opposite order."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

from testbed.api import Api, Document
from testbed.apiserver import start_apiserver, start_etcd
from testbed.build import find_or_build
from testbed.crds import find_crds
from testbed.credentials import write_kubeconfig
from testbed.golang import Say
from testbed.istiod import start_istiod
from testbed.programs import APISERVER, CLUSTER, ETCD, ISTIOD
from testbed.waiting import wait_until


@dataclass
class Cluster:
    """A running cluster. `folder` holds its logs and credentials."""

    folder: Path
    api: Api
    tokens: dict[str, str]
    xds_port: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def kubeconfig(self) -> Path:
        """For the administrator."""
        return self.kubeconfig_for("admin")

    def kubeconfig_for(self, user: str) -> Path:
        """For one of `credentials.USERS`."""
        return self.kubeconfig_with(self.tokens[user], user)

    def kubeconfig_with(self, token: str, name: str) -> Path:
        file = self.folder / f"{name}.kubeconfig"
        return write_kubeconfig(file, self.api.server, self.api.authority, token)

    def new_namespace(self, stem: str) -> str:
        """Each test has one of its own; nothing here takes namespaces away again."""
        name = f"{stem}-{next(self._numbers)}"
        self.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        return name

    def account_token(self, namespace: str, account: str) -> str:
        """A real token of a service account, good for ten minutes."""
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
        asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest"}
        answer = self.api.call("POST", path, {**asked, "spec": {"expirationSeconds": 600}})
        return str(answer["status"]["token"])


@contextmanager
def running_cluster(say: Say = print) -> Iterator[Cluster]:
    """Builds what is missing, starts it all, and stops it all. Raises CannotBuild, DidNotStart."""
    programs = {program: find_or_build(program, say) for program in CLUSTER}
    definitions = find_crds(say)
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="togglemesh-testbed-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        say("testbed: starting etcd and kube-apiserver …")
        etcd, address = start_etcd(programs[ETCD], folder)
        stack.callback(etcd.stop)
        apiserver, api, tokens = start_apiserver(programs[APISERVER], folder, address)
        stack.callback(apiserver.stop)
        cluster = Cluster(folder, api, tokens)
        cluster.api.apply(_namespace("istio-system"))
        _define(api, definitions)
        say("testbed: starting istiod …")
        istiod, cluster.xds_port = start_istiod(
            programs[ISTIOD], folder, cluster.kubeconfig_for("istiod")
        )
        stack.callback(istiod.stop)
        yield cluster


def _namespace(name: str) -> Document:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def _define(api: Api, definitions: list[Document]) -> None:
    """Before istiod starts, or it would wait for kinds that it does not know yet."""
    for definition in definitions:
        api.apply(definition)
    for definition in definitions:
        name = definition["metadata"]["name"]
        wait_until(partial(_established, api, definition), 30, f"{name} established")


def _established(api: Api, definition: Document) -> bool:
    conditions = (api.find(definition) or {}).get("status", {}).get("conditions", [])
    return any(c["type"] == "Established" and c["status"] == "True" for c in conditions)
