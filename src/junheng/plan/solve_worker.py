"""Processes that solve: one takes job after job, so that loading a solver is paid for once.

A process waits for jobs on its standard input and ends when that is closed, also by the end of the
process that started it. One that was killed or broke off is never used again, and SCIP always gets
one of its own, in which nothing else was loaded.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_TICK = 0.005
_SLOWEST = 0.05


class Worker:
    """One process, for one job at a time."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.child = subprocess.Popen(
            [sys.executable, "-m", "junheng.plan.solve_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def begin(self, job: dict[str, object]) -> None:
        """Hand over a job; one that has ended takes none, and `work` says so."""
        assert self.child.stdin is not None  # noqa: S101  # it was asked for
        with suppress(BrokenPipeError):
            self.child.stdin.write(json.dumps(job).encode() + b"\n")
            self.child.stdin.flush()

    def work(self, answer: Path, seconds: float, told: Callable[[float], None]) -> int | None:
        """Wait for the answer; give None when it is there, else how the process ended."""
        began, tick = time.monotonic(), _TICK
        while not answer.exists():
            gone = time.monotonic() - began
            if self.child.poll() is not None:
                return None if answer.exists() else self.child.returncode
            if gone > seconds:
                self.end()
                return self.child.returncode
            told(gone)
            time.sleep(tick)
            tick = min(_SLOWEST, tick * 1.5)
        return None

    def end(self) -> None:
        """Stop the process, whatever it does."""
        if self.child.stdin:
            with suppress(BrokenPipeError):
                self.child.stdin.close()
        self.child.kill()
        self.child.wait()


_IDLE: list[Worker] = []


def take() -> Worker:
    """Give a process that waits for a job, a new one if there is none."""
    while _IDLE:
        worker = _IDLE.pop()
        if worker.owner == os.getpid() and worker.child.poll() is None:
            return worker
    return Worker()


def give_back(worker: Worker) -> None:
    """Keep a process for the next job."""
    _IDLE.append(worker)


@atexit.register
def _end_all() -> None:
    while _IDLE:
        worker = _IDLE.pop()
        if worker.owner == os.getpid():
            worker.end()
