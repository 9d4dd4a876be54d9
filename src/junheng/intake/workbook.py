"""A workbook with a sheet for each table, read in a limited process of its own.

A workbook is a stranger's: whatever it does to the reader, it does to that process alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from junheng.errors import DataNeedsMending, Problem
from junheng.intake import digest
from junheng.intake.dataset import Raw
from junheng.intake.gathered import Gathered
from junheng.intake.labels import of
from junheng.model.tables import TABLES, Table

CHILD = "junheng.intake.workbook_child"
BROKEN = 3
"""The exit status with which the reader says that it cannot read the workbook."""
SHEETS = "sheets.json"
SECONDS = 60.0


def gather(path: Path) -> Gathered:
    """Find the tables of a workbook; other sheets are said and left alone."""
    found = Gathered()
    with TemporaryDirectory(prefix="junheng-") as folder:
        fingerprint = digest.of_file(path)
        _read_apart(path, Path(folder))
        names = json.loads(Path(folder, SHEETS).read_text("utf-8"))
        for name, file in found.sort_out((each, each, file) for each, file in names):
            found.digests[name] = fingerprint
            _take(pl.read_ipc_stream(Path(folder, file)), TABLES[name], found)
    return found


def _read_apart(path: Path, folder: Path) -> None:
    """Have another process read the sheets; raises DataNeedsMending when it fails in any way."""
    command = [sys.executable, "-P", "-m", CHILD, str(path.resolve()), str(folder)]
    search = os.pathsep.join(place for place in sys.path if place)
    environment = {**os.environ, "PYTHONPATH": search, "POLARS_MAX_THREADS": "1"}
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(  # noqa: S603  # our own module, a path as its argument, no shell
            command,
            env=environment,
            timeout=SECONDS,
            check=False,
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
        )
    except subprocess.TimeoutExpired as error:
        raise _refusal(path, "workbook_stopped", "timeout") from error
    if done.returncode:
        code = "workbook_broken" if done.returncode == BROKEN else "workbook_stopped"
        raise _refusal(path, code, str(done.returncode))


def _refusal(path: Path, code: str, status: str) -> DataNeedsMending:
    return DataNeedsMending([Problem(f"intake.{code}", file=path.name, status=status)])


def _take(cells: pl.DataFrame, table: Table, found: Gathered) -> None:
    """Take the headings from the first row that is not empty, and all rows below it."""
    filled = cells.select(
        pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(value=False)
    )
    rows = filled.to_series().arg_true() if cells.width else pl.Series(dtype=pl.UInt32)
    if not len(rows):
        found.problems.append(of(table, "table_empty"))
        return
    top = int(rows[0])
    headings = (
        (name, heading or "") for name, heading in zip(cells.columns, cells.row(top), strict=True)
    )
    frame = cells.slice(top + 1).lazy()
    found.raws.append(Raw(table, table.zh, tuple(headings), frame, top + 2, lines=True))
