"""Readers of workbooks, each in a limited process of its own, told what to do when the guard is done.

A workbook is a stranger's: whatever it does to its reader, it does to that process alone. The
process starts while the guard is at work, and waits for its word before it opens the file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from junheng.errors import DataNeedsMending, Problem
from junheng.intake.confined import BROKEN
from junheng.intake.limits import LIMITS


class Reader:
    """A reader that waits to be told to begin."""

    def __init__(self, module: str, path: Path, folder: Path) -> None:
        self.path = path
        self.until = time.monotonic() + LIMITS.seconds
        command = [sys.executable, "-P", "-m", module, str(path.resolve()), str(folder)]
        search = os.pathsep.join(place for place in sys.path if place)
        environment = {**os.environ, "PYTHONPATH": search, "POLARS_MAX_THREADS": "1"}
        quiet = subprocess.DEVNULL
        self.child = subprocess.Popen(  # noqa: S603  # our own module, a path as its argument, no shell
            command, env=environment, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet
        )

    def read(self, told: object = None) -> None:
        """Have it read, with what the guard learned; raises DataNeedsMending if it fails."""
        left = max(1.0, self.until - time.monotonic())
        try:
            self.child.communicate(json.dumps(told).encode(), left)
        except subprocess.TimeoutExpired as error:
            raise self._refusal("workbook_stopped", "timeout") from error
        status = self.child.returncode
        if status:
            code = "workbook_broken" if status == BROKEN else "workbook_stopped"
            raise self._refusal(code, str(status))

    def _refusal(self, code: str, status: str) -> DataNeedsMending:
        return DataNeedsMending([Problem(f"intake.{code}", file=self.path.name, status=status)])


@contextmanager
def reader(module: str, path: Path, folder: Path) -> Iterator[Reader]:
    """Start a reader of one workbook, which writes what it finds into a folder; end it in any case."""
    started = Reader(module, path, folder)
    try:
        yield started
    finally:
        started.child.kill()
        started.child.communicate()
