"""Starts members, waits until they are ready, starts again what ends, stops all by process id."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from controlplane.stack import launch
from controlplane.stack.probes import Probe
from controlplane.stack.problems import Problem
from controlplane.stack.progress import Progress

TICK = 0.05
LONGEST_PAUSE = 30.0
HEALTHY_AFTER = 30.0


class StopAsked(Exception):
    """A person or the system asked the stack to stop."""


@dataclass(slots=True)
class Member:
    """One process of the stack. `how` is asked anew for each start."""

    name: str
    how: Callable[[], launch.Launch]
    ready: Probe
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    began: float = field(default=0.0, init=False)
    failures: int = field(default=0, init=False)
    start_at: float | None = field(default=None, init=False)

    def start(self) -> None:
        self.began, self.start_at = time.monotonic(), None
        self.process = launch.start(self.how())


class Supervisor:
    """Everything happens in the thread that made it: children end when that thread ends."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.upkeep: Callable[[], None] = lambda: None  # called a few times a second
        self.stages: list[list[Member]] = []
        self.stop_asked = False

    def listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    def bring_up(self, members: Sequence[Member], seconds: float = 120.0) -> None:
        """Start all at once and wait until each is ready. Raises Problem, StopAsked."""
        self.stages.append(list(members))
        for member in members:
            member.start()
        deadline = time.monotonic() + seconds
        waiting = list(members)
        while waiting:
            waiting = [member for member in waiting if not self._became_ready(member)]
            if waiting and time.monotonic() > deadline:
                names = ", ".join(member.name for member in waiting)
                raise Problem(f"Not ready within {seconds:.0f} s: {names}; see the logs.")
            self.pause()

    def run_to_end(self, name: str, how: launch.Launch) -> None:
        """Run one process that ends by itself. Raises Problem, StopAsked."""
        process = launch.start(how)
        try:
            while process.poll() is None:
                self.pause()
        finally:
            launch.end_session(process)
        if process.returncode != 0:
            raise Problem(f"{name} failed: {_last_line(how)} See {how.log}.")

    def watch(self) -> None:
        """Keep all members running until asked to stop."""
        while not self.stop_asked:
            for stage in self.stages:
                for member in stage:
                    self._look_after(member)
            self.upkeep()
            time.sleep(4 * TICK)

    def stop_all(self, patience: float = 10.0) -> None:
        """The last started first; each stage has to have ended before the one it leans on."""
        while self.stages:
            running = [m for m in self.stages.pop() if m.process and m.process.poll() is None]
            for member in running:
                if member.process:
                    member.process.send_signal(member.stop_signal)
            deadline = time.monotonic() + patience
            for member in running:
                _see_off(member, max(0.0, deadline - time.monotonic()))

    def pause(self) -> None:
        if self.stop_asked:
            raise StopAsked
        self.upkeep()
        time.sleep(TICK)

    def _ask_to_stop(self, _number: int, _frame: object) -> None:
        self.stop_asked = True

    def _became_ready(self, member: Member) -> bool:
        if member.process and member.process.poll() is not None:
            how = member.how()
            raise Problem(f"{member.name} ended while starting: {_last_line(how)} See {how.log}.")
        if not member.ready():
            return False
        self.progress.tell(f"{member.name} is ready")
        return True

    def _look_after(self, member: Member) -> None:
        now = time.monotonic()
        if member.start_at is not None:
            if now >= member.start_at:
                member.start()
        elif member.process and member.process.poll() is not None:
            launch.end_session(member.process)
            member.failures = 1 if now - member.began > HEALTHY_AFTER else member.failures + 1
            wait = min(LONGEST_PAUSE, 0.5 * 2 ** (member.failures - 1))
            member.start_at = now + wait
            how = _ending(member.process.returncode)
            self.progress.tell(f"{member.name} {how}; starting it again in {wait:g} s")


def _see_off(member: Member, patience: float) -> None:
    if member.process:
        with contextlib.suppress(subprocess.TimeoutExpired):
            member.process.wait(patience)
        launch.end_session(member.process)


def _ending(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


def _last_line(how: launch.Launch) -> str:
    lines = how.log.read_text(errors="replace").strip().splitlines()
    return lines[-1].strip().rstrip(".") + "." if lines else "it wrote nothing."
