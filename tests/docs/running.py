"""Runs a page's blocks as a reader would: one shell in the project's folder, line after line."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from controlplane.stack import launch
from tests.conditions import eventually
from tests.docs.blocks import Block
from tests.processes import ROOT
from tests.stack.conftest import NOT_INHERITED

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "node_modules")
INSTALLED = (".venv", ".uv-bootstrap")
LONGEST = 120.0  # seconds for one block
READY = "ready; Ctrl-C"


def copy_of_project(folder: Path) -> Path:
    """What a clone has, without data; what is installed already is not installed again."""
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    for name in INSTALLED:
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    for name in ("uv.lock", "pyproject.toml", "sdk/pyproject.toml"):
        os.utime(folder / name, (0, 0))  # older than what is installed: make leaves that alone
    return folder


class Reader:
    """A shell that stops at the first command that fails, and what it has started beside it.

    `instead` has what a page writes and a test cannot use as it is: ports and addresses.
    """

    def __init__(
        self, folder: Path, instead: Mapping[str, str], environ: Mapping[str, str], output: Path
    ) -> None:
        self.folder, self.instead, self.given, self.output = folder, instead, environ, output
        self.background: list[subprocess.Popen[bytes]] = []
        inherited = {k: v for k, v in os.environ.items() if not _is_ours(k)}
        self.environ = {**inherited, **environ}

    def again(self, output: Path) -> Reader:
        """Another terminal in the same folder, with what it prints in a file of its own."""
        return Reader(self.folder, self.instead, self.given, output)

    def __enter__(self) -> Reader:
        with self.output.open("wb") as output:
            self.shell = subprocess.Popen(
                ["bash", "-euo", "pipefail"],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=self.environ,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self.shell.stdin
        self.shell.stdin.close()
        self.shell.wait(30)
        for process in reversed(self.background):
            stop(process)

    def run(self, blocks: list[Block]) -> None:
        for block in blocks:
            if block.file:
                file = self.folder / block.file
                file.parent.mkdir(exist_ok=True)
                file.write_text(block.text, encoding="utf-8")
            elif block.info.startswith("sh start"):
                self._start(block)
            else:
                self._run(block)

    def _run(self, block: Block) -> None:
        def done() -> bool:
            printed = self._feed(block)
            return block.prints is None or printed == block.prints

        if "eventually" in block.info:
            eventually(done, seconds=30, every=0.2)
        else:
            assert done(), f"{block.place}: printed something else:\n{self.output.read_text()}"

    def _feed(self, block: Block) -> str:
        """What the block has printed, once the shell is through with it."""
        assert self.shell.stdin
        before = len(self.output.read_text())
        end = f"--- end of {block.place}\n"
        text = f"{{\n{self._put_in(block.text)}}} </dev/null\nprintf %s {shlex.quote(end)}\n"
        self.shell.stdin.write(text.encode())
        self.shell.stdin.flush()

        def ended() -> bool:
            printed = self.output.read_text()[before:]
            if self.shell.poll() is not None and not printed.endswith(end):
                raise AssertionError(f"{block.place} failed:\n{block.text}\n{printed}")
            return printed.endswith(end)

        eventually(ended, seconds=LONGEST)
        return self.output.read_text()[before:].removesuffix(end)

    def _start(self, block: Block) -> None:
        number = len(self.background)
        log = self.folder.parent / f"background-{number}.txt"
        variables = self.folder.parent / f"variables-{number}"  # the one before may still be read
        self._feed(Block(block.place, "sh run", f"export -p > {shlex.quote(str(variables))}\n"))
        code = f". {shlex.quote(str(variables))}\n{self._put_in(block.text)}"
        process = launch.start(
            launch.Launch(["bash", "-euc", code], log, env=self.environ, cwd=self.folder)
        )
        self.background.append(process)
        if "make run" in block.text:
            eventually(lambda: self._is_ready(block, process, log), seconds=LONGEST)

    def _is_ready(self, block: Block, process: subprocess.Popen[bytes], log: Path) -> bool:
        assert process.poll() is None, f"{block.place} ended:\n{log.read_text()}"
        return READY in log.read_text()

    def _put_in(self, text: str) -> str:
        for written, used in self.instead.items():
            text = text.replace(written, used)
        return text


def stop(process: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C does: everything that the terminal runs gets the signal."""
    with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)
    launch.end_session(process)


def _is_ours(name: str) -> bool:
    return name in NOT_INHERITED or name.startswith("TOGGLEMESH_")
