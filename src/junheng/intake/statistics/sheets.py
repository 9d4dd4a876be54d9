"""The sheets of an export as text: guarded first, then read in a limited process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from junheng.errors import DataNeedsMending, Problem
from junheng.intake import digest, guard
from junheng.intake.labels import closed
from junheng.intake.limits import LIMITS
from junheng.intake.statistics.child import BROKEN
from junheng.intake.statistics.grid import Sheet

CHILD = "junheng.intake.statistics.child"
OLD, NEW = ".xls", ".xlsx"


def sheets(path: Path) -> list[Sheet]:
    """Read every sheet of a workbook; raises DataNeedsMending when that cannot be done."""
    if path.suffix.lower() not in (OLD, NEW):
        raise DataNeedsMending([Problem("statistics.not_a_workbook", file=path.name)])
    try:
        (guard.old_workbook if path.suffix.lower() == OLD else guard.workbook)(path)
        fingerprint = digest.of_file(path)
        with TemporaryDirectory(prefix="junheng-") as folder:
            _read_apart(path, Path(folder))
            found = json.loads(Path(folder, "sheets.json").read_text("utf-8"))
    except OSError as error:
        raise DataNeedsMending([closed(path, error)]) from error
    return [Sheet(name, rows, path.name, fingerprint) for name, rows in found]


def _read_apart(path: Path, folder: Path) -> None:
    command = [sys.executable, "-P", "-m", CHILD, str(path.resolve()), str(folder)]
    search = os.pathsep.join(place for place in sys.path if place)
    environment = {**os.environ, "PYTHONPATH": search, "POLARS_MAX_THREADS": "1"}
    quiet = subprocess.DEVNULL
    status = "timeout"
    try:
        done = subprocess.run(  # noqa: S603  # our own module, a path as its argument, no shell
            command, env=environment, timeout=LIMITS.seconds, check=False,
            stdin=quiet, stdout=quiet, stderr=quiet,
        )  # fmt: skip
        status = str(done.returncode)
    except subprocess.TimeoutExpired:
        pass
    if status != "0":
        code = "workbook_broken" if status == str(BROKEN) else "workbook_stopped"
        raise DataNeedsMending([Problem(f"intake.{code}", file=path.name, status=status)])
