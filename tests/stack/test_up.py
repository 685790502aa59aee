"""`manage.py up` as a person meets it: start, sign-in, restart, and an end that leaves nothing."""

import http.client
import os
import re
import signal
import stat
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from controlplane.stack.folder import LONGEST_LOG
from tests.conditions import eventually, has_ended
from tests.processes import ROOT
from tests.servers import Servers
from tests.stack.conftest import Stack


def status_of(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def signs_in(stack: Stack, name: str, password: str) -> bool:
    """Whether a person with a browser gets in."""
    with httpx.Client(base_url=f"http://127.0.0.1:{stack.ports['']}") as browser:
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', browser.get("/sign-in/").text)
        assert token
        form = {"csrfmiddlewaretoken": token[1], "username": name, "password": password}
        browser.post("/sign-in/", data=form)
        return "sign-in" not in str(browser.get("/", follow_redirects=True).url)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One stack for the tests that leave it running."""
    stack = Stack(tmp_path_factory.mktemp("running"))
    stack.start("--no-demo")
    try:
        stack.wait_until_ready()
        yield stack
    finally:
        stack.stop()


def test_up__started_and_stopped_twice__keeps_its_data_and_leaves_no_process(stack: Stack) -> None:
    stack.start("--no-demo")
    stack.wait_until_ready()
    first = stack.output
    password = re.search(r"password ([0-9a-f]{24}) ", first)
    assert password
    secret = stack.home / "secrets" / "admin-password"
    assert secret.read_text().strip() == password[1]
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert signs_in(stack, "admin", password[1])
    assert not signs_in(stack, "admin", "another password")
    assert status_of(stack.ports["EVALUATION_"], "/readyz") == 200
    assert f"127.0.0.1:{stack.ports['']}" in first
    pids = stack.pids()
    assert len(pids) >= 5
    assert stack.stop() == 0
    assert [pid for pid in pids if not has_ended(pid)] == []
    assert stack.pids() == []

    stack.start("--no-demo")
    stack.wait_until_ready()
    assert password[1] not in stack.output
    assert str(secret) in stack.output
    assert stack.stop(signal.SIGTERM) == 0


def test_up__without_the_demo__prints_next_steps_that_work_as_they_stand(running: Stack) -> None:
    _, _, after = running.output.partition("Next, in another terminal:\n")
    steps = [line.strip() for line in after.partition("\n\n")[0].splitlines()]
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(steps)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(running.home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"key":"first-feature"' in done.stdout
    key = done.stdout.splitlines()[-1]
    url = f"http://127.0.0.1:{running.ports['EVALUATION_']}/ofrep/v1/evaluate/flags/first-feature"

    def answers() -> bool:
        headers = {"Authorization": f"Bearer {key}"}
        answer = httpx.post(url, json={"context": {}}, headers=headers)
        return answer.status_code == 200 and answer.json()["value"] is False

    eventually(answers)


def test_up__killed__its_processes_end_and_the_next_start_works(stack: Stack) -> None:
    process = stack.start("--no-demo")
    stack.wait_until_ready()
    pids = stack.pids()
    process.send_signal(signal.SIGKILL)
    process.wait()
    stack.start("--no-demo")
    stack.wait_until_ready()
    assert [pid for pid in pids if not has_ended(pid)] == []
    assert stack.stop() == 0


def test_up__member_is_killed__starts_it_again_and_says_so(running: Stack) -> None:
    [relay] = running.processes_of("manage.py relay")
    os.kill(relay, signal.SIGKILL)
    eventually(lambda: "relay was ended by SIGKILL; starting it again" in running.output)
    eventually(lambda: running.processes_of("manage.py relay") not in ([], [relay]))


def test_up__second_on_the_same_folder__is_refused_and_the_first_goes_on(running: Stack) -> None:
    second = Stack(running.home.parent)
    second.file = running.file.with_name("second.txt")
    assert second.start("--no-demo").wait(30) == 1
    assert "already runs" in second.output
    assert status_of(running.ports["EVALUATION_"], "/readyz") == 200


def test_up__servers_of_ones_own__starts_none(stack: Stack, private_servers: Servers) -> None:
    named = {name: private_servers.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    stack.start("--no-demo", **named)
    stack.wait_until_ready()
    assert not (stack.home / "postgres").exists()
    assert not (stack.home / "valkey").exists()
    assert status_of(stack.ports["EVALUATION_"], "/readyz") == 200
    assert stack.stop() == 0


def test_up__log_grows_while_its_process_runs__its_end_is_kept_and_it_begins_anew(
    running: Stack,
) -> None:
    log = running.home / "logs" / "web.log"
    with log.open("ab") as file:
        file.write(b"x" * 60_000_000 + b"\n")
    eventually(lambda: log.stat().st_size <= LONGEST_LOG)  # it may be turned over several times
    kept = log.with_suffix(".log.before").read_bytes()
    assert b" bytes left out\n" in kept
    assert len(kept) < 20_000
    size = log.stat().st_size
    [web, *_] = running.processes_of("manage.py web")
    os.kill(web, signal.SIGKILL)  # what the next one writes comes to the same file
    eventually(lambda: log.stat().st_size > size, seconds=60)
