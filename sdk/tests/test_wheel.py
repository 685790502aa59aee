"""The wheel that is built is whole, and works in an environment of its own."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import mmh3
import pytest
import re2

SDK = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        pytest.skip("needs uv on the path to build the wheel")
    out = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [uv, "build", "--wheel", "--quiet", "--out-dir", str(out), str(SDK)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return next(out.glob("*.whl"))


def test_wheel__contents__are_every_module_and_the_type_marker(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    source = SDK / "src"
    modules = {str(path.relative_to(source)) for path in source.rglob("*.py")}
    assert modules <= names
    assert "togglemesh/py.typed" in names
    assert not any(name.startswith("tests/") for name in names)


def test_wheel__clean_environment__imports_and_decides(wheel: Path, tmp_path: Path) -> None:
    """Nothing else is installed there but mmh3 and re2."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    shutil.copy(mmh3.__file__, site)
    shutil.copytree(Path(re2.__file__).parent, site / "re2")
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        "import togglemesh\n"
        f"assert togglemesh.__file__.startswith({str(site)!r}), togglemesh.__file__\n"
        "assert togglemesh.InMemoryClient({'a': True}).bool('a') is True\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
