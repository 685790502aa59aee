"""What the testbed builds from Go modules, and where each ready binary lies in the cache."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

MODULES = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Program:
    """One binary. `package` is what Go builds, seen from the module in `folder`."""

    name: str
    folder: str
    package: str
    minutes: int  # how long the first build takes on two cores
    stamp: str = ""  # a linker setting without which the program reports no version

    @property
    def module(self) -> Path:
        return MODULES / self.folder

    @property
    def fingerprint(self) -> str:
        """Changes with everything that the binary is made of."""
        digest = hashlib.sha256(self.stamp.encode())
        for name in ("go.mod", "go.sum", "main.go"):
            file = self.module / name
            digest.update(file.read_bytes() if file.exists() else b"")
        return digest.hexdigest()[:16]

    @property
    def path(self) -> Path:
        return cache_folder() / f"{self.name}-{self.fingerprint}" / self.name


ETCD = Program("etcd", "etcd", ".", 1)
APISERVER = Program(
    "kube-apiserver", "apiserver", ".", 5, "-X k8s.io/component-base/version.gitVersion=v1.37.2"
)
ISTIOD = Program("istiod", "istiod", ".", 5)
HELM = Program("helm", "helm", "helm.sh/helm/v4/cmd/helm", 3)
CLUSTER = (ETCD, APISERVER, ISTIOD)


def cache_folder() -> Path:
    """Outside the tree, so that a clean checkout does not build anew."""
    if named := os.environ.get("TOGGLEMESH_TESTBED_CACHE"):
        return Path(named).absolute()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "togglemesh" / "testbed"
