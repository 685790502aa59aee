"""The public names, and what importing them costs."""

import subprocess
import sys

import pytest

import togglemesh
import togglemesh.engine

PUBLIC = {
    "AsyncClient",
    "BaggageMiddleware",
    "Client",
    "Decision",
    "InMemoryClient",
    "Reason",
    "Signer",
    "WsgiBaggageMiddleware",
    "carried_decisions",
    "carry",
    "outgoing_baggage",
}


def test_package__public_names__are_these() -> None:
    assert set(togglemesh.__all__) == PUBLIC
    assert sorted(togglemesh.__all__, key=str.lower) == sorted(PUBLIC, key=str.lower)


@pytest.mark.parametrize("module", [togglemesh, togglemesh.engine])
def test_all__each_name__is_there(module: object) -> None:
    names = module.__all__  # type: ignore[attr-defined]
    assert len(set(names)) == len(names)
    assert all(hasattr(module, name) for name in names)


def test_import__fresh_interpreter__brings_nothing_but_its_dependencies() -> None:
    code = (
        "import sys; before = set(sys.modules); import togglemesh, togglemesh.ext_authz; "
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    foreign = set(found.stdout.split()) - set(sys.stdlib_module_names)
    assert foreign == {"togglemesh", "mmh3", "re2"}
