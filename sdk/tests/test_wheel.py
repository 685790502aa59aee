"""The wheel that is built is whole, and works in an environment of its own."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from email import message_from_bytes
from importlib.metadata import distribution
from pathlib import Path

import pytest

SDK = Path(__file__).parents[1]
NEEDED = ("mmh3", "google-re2")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        why = "needs uv on the path to build the wheel"
        if "uv" in os.environ.get("TOGGLEMESH_REQUIRE", "").split(","):
            pytest.fail(why)
        pytest.skip(why)
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


def test_wheel__licence__comes_along_and_is_named(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    (name,) = (n for n in names if n.endswith("METADATA"))
    assert message_from_bytes(zipfile.ZipFile(wheel).read(name))["License-Expression"] == (
        "Apache-2.0"
    )


@pytest.fixture
def site(wheel: Path, tmp_path: Path) -> Path:
    """An environment with the wheel, as an installer leaves it, and what it cannot do without."""
    folder = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(folder)
    for name in NEEDED:
        install(name, folder)
    return folder


def install(name: str, site: Path) -> None:
    """Copies what this environment has of the distribution: tests fetch nothing."""
    for file in distribution(name).files or []:
        source, target = Path(str(file.locate())), site / file
        if ".." not in file.parts and source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)


def run(site: Path, code: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """In an interpreter that sees nothing but the standard library and the site."""
    program = f"import sys; sys.path.insert(0, {str(site)!r})\n{code}"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


def test_wheel__requirements__are_few(wheel: Path) -> None:
    (name,) = (n for n in zipfile.ZipFile(wheel).namelist() if n.endswith("METADATA"))
    told = message_from_bytes(zipfile.ZipFile(wheel).read(name)).get_all("Requires-Dist") or []
    plain = {re.split(r"[<>=!~ ;]", one)[0] for one in told if "extra ==" not in one}
    extras = {re.split(r"[<>=!~ ;]", one)[0] for one in told if "extra ==" in one}
    assert plain == set(NEEDED)
    assert extras == {"openfeature-sdk", "opentelemetry-api", "click", "pyyaml"}


def test_wheel__clean_environment__imports_and_decides(site: Path, tmp_path: Path) -> None:
    code = (
        "import togglemesh, togglemesh.ext_authz\n"
        f"assert togglemesh.__file__.startswith({str(site)!r}), togglemesh.__file__\n"
        "from togglemesh.version import VERSION\n"
        "assert VERSION == '0.1.0', VERSION\n"
        "assert togglemesh.InMemoryClient({'a': True}).bool('a') is True\n"
        "with togglemesh.Client('http://127.0.0.1:1', 'k', bootstrap={'format': 1, 'number': 1,"
        " 'environment': 'e', 'segments': {}, 'features': {}}) as client:\n"
        "    assert client.environment == 'e'\n"
        "try:\n"
        "    import togglemesh.openfeature\n"
        "except ModuleNotFoundError as missing:\n"
        "    assert missing.name == 'openfeature', missing\n"
        "else:\n"
        "    raise AssertionError('openfeature is not here')\n"
    )
    done = run(site, code, tmp_path)
    assert done.returncode == 0, done.stderr


def test_wheel__with_openfeature__provider_answers(site: Path, tmp_path: Path) -> None:
    install("openfeature-sdk", site)
    code = (
        "from openfeature import api\n"
        "from togglemesh import InMemoryClient\n"
        "from togglemesh.openfeature import Provider\n"
        "api.set_provider_and_wait(Provider(InMemoryClient({'a': True})))\n"
        "assert api.get_client().get_boolean_value('a', False) is True\n"
    )
    done = run(site, code, tmp_path)
    assert done.returncode == 0, done.stderr


def test_wheel__with_opentelemetry__events_can_be_made(site: Path, tmp_path: Path) -> None:
    for name in ("opentelemetry-api", "typing-extensions"):
        install(name, site)
    code = (
        "from togglemesh import Client\n"
        "from togglemesh.evaluation_events import EvaluationEvents\n"
        "with Client('http://127.0.0.1:1', 'k', on_decision=EvaluationEvents()) as client:\n"
        "    assert client.bool('a', default=True) is True\n"
    )
    done = run(site, code, tmp_path)
    assert done.returncode == 0, done.stderr


def test_wheel__with_pytest__fixture_is_found(site: Path, tmp_path: Path) -> None:
    for name in ("pytest", "pluggy", "iniconfig", "packaging", "pygments"):
        install(name, site)
    body = "    toggles.override('a', 5)\n    assert toggles.number('a') == 5\n"
    (tmp_path / "test_mine.py").write_text(f"def test_mine(toggles):\n{body}")
    code = "import pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', 'test_mine.py']))"
    done = run(site, code, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_wheel__command_without_its_libraries__says_what_to_install(
    site: Path, tmp_path: Path
) -> None:
    done = run(site, "from togglemesh.cli import main\nmain()", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "togglemesh: the command line needs its libraries: pip install 'togglemesh[cli]'\n"
    )


def test_wheel__command_with_its_libraries__helps(site: Path, tmp_path: Path) -> None:
    for name in ("click", "pyyaml"):
        install(name, site)
    code = "sys.argv[1:] = ['feature', '--help']\nfrom togglemesh.cli import main\nmain()"
    done = run(site, code, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "flip" in done.stdout


def test_wheel__entry_point__is_the_command(wheel: Path) -> None:
    (name,) = (n for n in zipfile.ZipFile(wheel).namelist() if n.endswith("entry_points.txt"))
    told = zipfile.ZipFile(wheel).read(name).decode()
    assert "[console_scripts]\ntogglemesh = togglemesh.cli:main" in told
