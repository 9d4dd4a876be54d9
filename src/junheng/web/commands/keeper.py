"""Keeps child processes running: starts again what dies, stops all when told to."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence

import click

from junheng.errors import say

_SOON, _MOST_TIMES, _PATIENCE = 2.0, 5, 25.0


class Keeper:
    """The children by name, and how often each died right after its start."""

    def __init__(self, commands: Mapping[str, Sequence[str]], language: str) -> None:
        self.commands = dict(commands)
        self.language = language
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.begun: dict[str, float] = {}
        self.failures = dict.fromkeys(commands, 0)
        self.stop = threading.Event()

    def run(self) -> None:
        """Start all and keep them running until SIGTERM, SIGINT, or one that cannot start."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())
        gave_up = False
        try:
            for name in self.commands:
                self._start(name)
            while not self.stop.wait(0.2) and not gave_up:
                gave_up = not all(map(self._kept, self.commands))
        finally:
            self._end()
        if gave_up:
            sys.exit(1)
        click.echo(say("web.stopped", self.language), err=True)

    def _start(self, name: str) -> None:
        self.running[name] = subprocess.Popen(self.commands[name])  # noqa: S603  # our own commands
        self.begun[name] = time.monotonic()

    def _kept(self, name: str) -> bool:
        """Start a child again that died; False when it keeps dying right after its start."""
        status = self.running[name].poll()
        if status is None:
            return True
        soon = time.monotonic() - self.begun[name] < _SOON
        self.failures[name] = self.failures[name] + 1 if soon else 0
        if self.failures[name] >= _MOST_TIMES:
            click.echo(say("web.gave_up", self.language, name=name, times=_MOST_TIMES), err=True)
            return False
        click.echo(say("web.restarted", self.language, name=name, status=status), err=True)
        self._start(name)
        return True

    def _end(self) -> None:
        for child in self.running.values():
            child.terminate()
        last = time.monotonic() + _PATIENCE
        for child in self.running.values():
            try:
                child.wait(max(0.1, last - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
