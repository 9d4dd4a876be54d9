"""A workbook with a sheet for each table: guarded first, then read in a limited process of its own.

A workbook is a stranger's: whatever it does to the reader, it does to that process alone. The
process starts while the guard is at work, and waits for its word before it opens the file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from junheng.errors import DataNeedsMending, Problem
from junheng.intake import digest, guard
from junheng.intake.gathered import Gathered, Taker
from junheng.intake.labels import known, quoted
from junheng.intake.limits import LIMITS
from junheng.intake.sheet import Facts, take

CHILD = "junheng.intake.workbook_child"
BROKEN = 3
"""The exit status with which the reader says that it cannot read the workbook."""
SHEETS = "sheets.json"
OLD, NEW = ".xls", ".xlsx"
SUFFIXES = (OLD, NEW)
_NOTES = ("说明", "示例", "example", "notes")


def gather(path: Path) -> Gathered:
    """Find the tables of a workbook; other sheets are said and left alone."""
    found = Gathered()
    for name, taker in found.sort_out(sheets(path, found)):
        taker(name, found)
    return found


def sheets(path: Path, found: Gathered) -> list[tuple[str, str, Taker]]:
    """Read the sheets of a workbook: the table each is for, what a person calls it, how to take it.

    Sheets of notes and examples are left out.
    """
    with TemporaryDirectory(prefix="junheng-") as folder:
        inspected = _read_apart(path, Path(folder))
        if inspected.hidden:
            hidden = quoted(inspected.hidden)
            found.notices.append(Problem("intake.sheets_hidden", file=path.name, names=hidden))
        fingerprint = digest.of_file(path)
        return [
            (table, name, partial(_take, fingerprint, cells, facts))
            for table, name, cells, facts in _tables(path, Path(folder))
        ]


def is_note(name: str) -> bool:
    """Say whether a sheet explains or shows how to fill in the others."""
    return name.strip().casefold().startswith(_NOTES)


def _take(
    fingerprint: str, cells: pl.DataFrame | None, facts: Facts, name: str, found: Gathered
) -> None:
    if cells is not None:
        found.digests[name] = fingerprint
        take(cells, facts, name, found)


def _tables(path: Path, folder: Path) -> Iterator[tuple[str, str, pl.DataFrame | None, Facts]]:
    listed = json.loads(Path(folder, SHEETS).read_text("utf-8"))
    for name, file, facts in listed:
        frame = pl.read_ipc_stream(folder / file) if (folder / file).exists() else None
        if known(name) or not is_note(name):
            alone = frame is not None and not known(name)
            yield path.stem if alone else name, name, frame, facts


def _read_apart(path: Path, folder: Path) -> guard.Inspected:
    """Have another process read the sheets; raises DataNeedsMending when it fails in any way."""
    until = time.monotonic() + LIMITS.seconds
    child = _child(path, folder)
    try:
        inspected = guard.Inspected()
        if path.suffix.lower() == OLD:
            guard.old_workbook(path)
        else:
            inspected = guard.workbook(path)
        child.communicate(_asked(inspected), max(1.0, until - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise _refusal(path, "workbook_stopped", "timeout") from error
    finally:
        child.kill()
        child.communicate()
    if child.returncode:
        code = "workbook_broken" if child.returncode == BROKEN else "workbook_stopped"
        raise _refusal(path, code, str(child.returncode))
    return inspected


def _child(path: Path, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", CHILD, str(path.resolve()), str(folder)]
    search = os.pathsep.join(place for place in sys.path if place)
    environment = {**os.environ, "PYTHONPATH": search, "POLARS_MAX_THREADS": "1"}
    quiet = subprocess.DEVNULL
    return subprocess.Popen(  # noqa: S603  # our own module, a path as its argument, no shell
        command, env=environment, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet
    )


def _asked(inspected: guard.Inspected) -> bytes:
    """Tell the reader what the guard knows of each sheet."""
    sheets = {name: facts.plain() for name, facts in inspected.sheets.items()}
    return json.dumps(sheets).encode()


def _refusal(path: Path, code: str, status: str) -> DataNeedsMending:
    return DataNeedsMending([Problem(f"intake.{code}", file=path.name, status=status)])
