"""The embedded servers: how they start, whom they let in, and that they do not outlive us."""

import os
import pwd
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from controlplane.stack.identity import become
from tests.conditions import eventually, has_ended
from tests.processes import ROOT
from tests.servers import Servers


def test_postgres__wrong_password__is_refused(private_servers: Servers) -> None:
    url = private_servers.postgres.url.replace(private_servers.postgres.password, "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_valkey__no_password__is_refused(private_servers: Servers) -> None:
    with (
        redis.Redis(port=private_servers.valkey.port) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_servers__stopped_and_started_again__keep_their_data(private_servers: Servers) -> None:
    with psycopg.connect(private_servers.postgres.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    with redis.Redis.from_url(private_servers.valkey.url) as client:
        client.set("kept", "7")
    private_servers.stop()
    private_servers.start()
    with psycopg.connect(private_servers.postgres.url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    with redis.Redis.from_url(private_servers.valkey.url) as client:
        assert client.get("kept") == b"7"


def test_postgres__data_folder__is_private(private_servers: Servers) -> None:
    mode = stat.S_IMODE(private_servers.postgres.data.stat().st_mode)
    assert mode == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root meets PostgreSQL's refusal of root")
def test_postgres__root_and_a_closed_parent__runs_as_someone_else(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    servers = Servers(closed / "servers")
    servers.start()
    try:
        assert servers.postgres.process
        status = Path(f"/proc/{servers.postgres.process.pid}/status").read_text()
        assert "Uid:\t0" not in status
        assert closed.stat().st_mode & 0o077 == 0
    finally:
        servers.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become an ordinary user")
def test_servers__ordinary_user__run_as_that_user(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(tmp_path, nobody.pw_uid, nobody.pw_gid)
    code = (
        "import os, sys, pathlib; from tests.servers import Servers\n"
        "servers = Servers(pathlib.Path(sys.argv[1]) / 'servers'); servers.start()\n"
        "print(os.stat(f'/proc/{servers.postgres.process.pid}').st_uid); servers.stop()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        # With the right to read our own files, wherever the interpreter is.
        preexec_fn=lambda: become(nobody.pw_uid, nobody.pw_gid),
    )
    assert done.stdout.strip() == str(nobody.pw_uid), done.stderr


def test_servers__starter_is_killed__end_as_well(tmp_path: Path) -> None:
    code = (
        "import sys, signal, pathlib; from tests.servers import Servers\n"
        "servers = Servers(pathlib.Path(sys.argv[1])); servers.start()\n"
        "print(servers.postgres.process.pid, servers.valkey.process.pid, flush=True)\n"
        "signal.pause()"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "servers")], stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout
    pids = [int(pid) for pid in starter.stdout.readline().split()]
    assert len(pids) == 2
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    eventually(lambda: all(has_ended(pid) for pid in pids))
