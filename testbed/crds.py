"""Istio's and Gateway API's custom resource definitions, out of the modules that istiod is made of.

They are copied to the cache, so that a warm cache needs no Go.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from testbed.build import build_lock
from testbed.golang import Say, run_go
from testbed.programs import ISTIOD, cache_folder

SOURCES = {
    "istio.io/istio": "manifests/charts/base/files/crd-all.gen.yaml",
    "sigs.k8s.io/gateway-api": "config/crd/standard/*.yaml",
}


def find_crds(say: Say = print) -> list[dict[str, Any]]:
    """All definitions. Raises CannotBuild when they are neither cached nor to be had."""
    file = cache_folder() / f"crds-{ISTIOD.fingerprint}.yaml"
    if not file.exists():
        with build_lock(say):
            _collect(file, say)
    documents = yaml.load_all(file.read_text(), Loader=_LOADER)
    return [d for d in documents if d and d["kind"] == "CustomResourceDefinition"]


def _collect(file: Path, say: Say) -> None:
    texts = []
    for module, pattern in SOURCES.items():
        doing = f"fetching the definitions of {module}"
        listed = run_go(["mod", "download", "-json", module], ISTIOD.module, doing, say)
        folder = Path(json.loads(listed)["Dir"])
        texts += [path.read_text() for path in sorted(folder.glob(pattern))]
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text("\n---\n".join(texts))
    unfinished.replace(file)


# The one in C takes a tenth of the time for these 20,000 lines; not every PyYAML has it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
