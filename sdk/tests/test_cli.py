"""The command line against a server that obeys the test: outputs, errors, exit codes."""

import json
import os
import pty
import re
import shlex
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from management_api import TOKEN, Answer, ManagementApi, Program, problem

WHY = ("--reason", "a test")
TOGGLE = "features/new-checkout/toggles/production"


def feature(key: str) -> dict[str, object]:
    current = {"enabled": True, "number": 4, "in_words": "On for everyone."}
    return {
        "key": key,
        "name": key.title(),
        "owner": "shop",
        "kind": "release",
        "lifecycle": "active",
        "toggles": [{"environment": "production", "current": current}],
    }


@pytest.fixture
def api() -> Iterator[ManagementApi]:
    started = ManagementApi()
    yield started
    started.stop()


@pytest.fixture
def program(api: ManagementApi, tmp_path: Path) -> Program:
    return Program(tmp_path, api.url)


def test_list__two_pages__all_rows_in_a_table(api: ManagementApi, program: Program) -> None:
    api.answer("GET features?cursor=2", {"items": [feature("dark-mode")], "next": None})
    api.answer("GET features", {"items": [feature("new-checkout")], "next": "2"})
    done = program("feature", "list")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "KEY           OWNER  KIND     ON IN       NAME",
        "new-checkout  shop   release  production  New-Checkout",
        "dark-mode     shop   release  production  Dark-Mode",
    ]
    assert api.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "words", [("-o", "json", "feature", "list"), ("feature", "list", "-ojson")]
)
def test_list__json__what_the_api_said(
    words: tuple[str, ...], api: ManagementApi, program: Program
) -> None:
    api.answer("GET features", {"items": [feature("dark-mode")], "next": None})
    assert json.loads(program(*words).stdout) == [feature("dark-mode")]


def test_table__characters_that_control_a_terminal__not_printed(
    api: ManagementApi, program: Program
) -> None:
    api.answer("GET teams", {"items": [{"key": "shop", "name": "\x1b[2JShop"}], "next": None})
    assert "\x1b" not in program("team", "list").stdout


def test_flip__no_state_given__the_opposite_of_the_revision_that_was_seen(
    api: ManagementApi, program: Program
) -> None:
    api.answer(f"GET {TOGGLE}", {"current": {"enabled": True, "number": 4}})
    api.answer(f"POST {TOGGLE}/switch", {"number": 5})
    done = program("feature", "flip", "new-checkout", "-e", "production", *WHY)
    assert (done.returncode, done.stdout) == (0, "new-checkout is off in production.\n")
    assert api.asked[1].body == {"reason": "a test", "enabled": False, "expected_revision": 4}
    assert api.asked[1].headers["idempotency-key"]


def test_create__idempotency_key__sent_as_given(api: ManagementApi, program: Program) -> None:
    api.answer("POST features", Answer(feature("dark-mode"), 201))
    words = ("--idempotency-key", "k-1", "feature", "create", "dark-mode", "--owner", "shop")
    done = program(*words, "--tag", "ui", "--client-side", *WHY)
    assert done.returncode == 0
    assert api.asked[0].headers["idempotency-key"] == "k-1"
    assert api.asked[0].body == {
        "key": "dark-mode",
        "name": "dark-mode",
        "owner": "shop",
        "tags": ["ui"],
        "client_side": True,
        "reason": "a test",
    }


def test_delete__reason__in_the_query(api: ManagementApi, program: Program) -> None:
    api.answer("DELETE segments/beta", Answer(None, 204))
    assert program("segment", "delete", "beta", "--yes", *WHY).returncode == 0
    assert api.lines == ["DELETE segments/beta?reason=a+test"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, 1), (404, 1), (422, 1), (500, 1), (401, 3), (403, 3), (409, 5), (412, 5), (503, 4)],
)
def test_refused__each_status__its_exit_code_and_the_api_s_sentence(
    status: int, code: int, api: ManagementApi, program: Program
) -> None:
    api.answer("POST services", problem(status, owner="There is no team 'x'."))
    done = program("service", "create", "cart", "--owner", "x", *WHY)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr == "Error: owner: There is no team 'x'.\n"
    assert len(api.asked) == 1  # what changes something is not tried again


def test_read__server_busy_once__tried_again(api: ManagementApi, program: Program) -> None:
    busy = problem(503, request="The database does not answer now.")
    api.answer("GET me", busy, {"name": "ann", "roles": {"shop": "owner"}})
    done = program("me")
    assert (done.returncode, api.lines) == (0, ["GET me", "GET me"])
    assert "ann" in done.stdout


def test_read__server_stays_busy__not_reachable(api: ManagementApi, program: Program) -> None:
    api.answer("GET me", problem(503, request="The database does not answer now."))
    done = program("me")
    assert (done.returncode, len(api.asked)) == (4, 3)


def test_server__nothing_listens__not_reachable(api: ManagementApi, program: Program) -> None:
    api.stop()
    done = program("service", "create", "cart", "--owner", "shop", *WHY)
    assert done.returncode == 4
    assert f"{program.url} cannot be reached" in done.stderr
    assert "--idempotency-key" in done.stderr


def test_server__another_program__says_so(api: ManagementApi, program: Program) -> None:
    api.answer("GET me", Answer("<html>", 404))
    done = program("me")
    assert done.returncode == 1
    assert "Is the address that of ToggleMesh?" in done.stderr


def test_reason__nobody_at_a_terminal__usage_and_nothing_asked(
    api: ManagementApi, program: Program
) -> None:
    done = program("service", "create", "cart", "--owner", "shop")
    assert (done.returncode, api.asked) == (2, [])
    assert "--reason" in done.stderr


def test_confirmation__nobody_at_a_terminal__usage_and_nothing_asked(
    api: ManagementApi, program: Program
) -> None:
    done = program("feature", "delete", "x", *WHY)
    assert (done.returncode, api.asked) == (2, [])
    assert "--yes" in done.stderr


def test_reason__at_a_terminal__asked_for(api: ManagementApi, program: Program) -> None:
    api.answer("POST services", Answer({"key": "cart", "name": "Cart", "owner": "shop"}, 201))
    terminal, inner = pty.openpty()
    words = ("service", "create", "cart", "--owner", "shop")
    with subprocess.Popen(
        [*program.argv, *words],
        stdin=inner,
        stdout=subprocess.DEVNULL,
        stderr=inner,
        env=program.environ(),
        start_new_session=True,
    ) as child:
        os.close(inner)
        os.write(terminal, b"by hand\n")
        shown = b""
        while part := _read(terminal):
            shown += part
        assert child.wait(timeout=30) == 0, shown
    os.close(terminal)
    assert b"Why (kept in the audit log)" in shown
    assert api.asked[0].body["reason"] == "by hand"


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other side is closed
        return b""


def test_configuration__none__says_what_to_do(tmp_path: Path) -> None:
    done = Program(tmp_path, "", "")("me")
    assert done.returncode == 2
    assert "TOGGLEMESH_URL" in done.stderr
    assert "togglemesh configure" in done.stderr


def test_configure__token_that_works__kept_for_its_owner_alone(
    api: ManagementApi, tmp_path: Path
) -> None:
    api.answer("GET me", {"name": "ann"})
    unset = Program(tmp_path, "", "")
    done = unset("configure", "--url", api.url, stdin=f"{TOKEN}\n")
    file = tmp_path / "togglemesh" / "config.toml"
    assert (done.returncode, stat.S_IMODE(file.stat().st_mode)) == (0, 0o600)
    assert TOKEN not in done.stdout + done.stderr
    assert unset("me").returncode == 0
    assert api.asked[1].headers["authorization"] == f"Bearer {TOKEN}"


def test_configure__token_that_does_not__nothing_kept(api: ManagementApi, tmp_path: Path) -> None:
    api.answer("GET me", problem(401, request="Nobody has this token."))
    done = Program(tmp_path, "", "")("configure", "--url", api.url, stdin=f"{TOKEN}\n")
    assert done.returncode == 3
    assert not (tmp_path / "togglemesh").exists()


def test_key_create__table__only_the_key_on_standard_output(
    api: ManagementApi, program: Program
) -> None:
    api.answer("POST api-keys", Answer({"selector": "abc", "key": "tm_server_abc_x"}, 201))
    done = program("key", "create", "cart", "--kind", "server", "-e", "production", *WHY)
    assert (done.returncode, done.stdout) == (0, "tm_server_abc_x\n")


def test_rollout_start__steps_and_gate__as_the_api_has_them(
    api: ManagementApi, program: Program
) -> None:
    api.answer("POST rollouts", Answer({"id": "1", "steps": []}, 201))
    words = ("--step", "beta:60", "--step", "10%", "--gate", "min_requests=5")
    done = program("rollout", "start", "new-checkout", "-e", "production", *words, *WHY)
    assert done.returncode == 0
    body = api.asked[0].body
    assert body["steps"] == [{"segment": "beta", "bake_seconds": 60}, {"percentage": 10}]
    assert body["gate"] == {"min_requests": 5}


def test_rollout_start__template__its_steps(api: ManagementApi, program: Program) -> None:
    api.answer("GET rollout-templates/careful", {"steps": [{"percentage": 1}], "gate": {}})
    api.answer("POST rollouts", Answer({"id": "1", "steps": []}, 201))
    words = ("-e", "production", "--template", "careful")
    assert program("rollout", "start", "new-checkout", *words, *WHY).returncode == 0
    assert api.asked[1].body["steps"] == [{"percentage": 1}]


def test_completion__bash__by_the_library(program: Program) -> None:
    environ = {**program.environ(), "_TOGGLEMESH_COMPLETE": "bash_source"}
    program.environ = lambda: environ  # type: ignore[method-assign]
    assert "_togglemesh_completion" in program().stdout


README = Path(__file__).parents[1] / "README.md"
COMMANDS = re.findall(r"^\$ togglemesh (.+)$", README.read_text(), re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_readme__each_command__is_one_that_there_is(
    command: str, api: ManagementApi, program: Program
) -> None:
    done = program(*shlex.split(command))
    assert (done.returncode, len(api.asked)) == (1, 1), done.stderr  # the stand-in knows nothing
