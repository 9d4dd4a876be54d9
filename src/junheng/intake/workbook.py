"""A workbook with a sheet for each table: guarded first, then read in a limited process of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from junheng.errors import Problem
from junheng.intake import apart, digest, guard
from junheng.intake.gathered import Gathered, Taker
from junheng.intake.labels import known, quoted
from junheng.intake.sheet import Facts, take

CHILD = "junheng.intake.workbook_child"
SHEETS = "sheets.json"
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
    with apart.reader(CHILD, path, folder) as reader:
        inspected = guard.inspect(path)
        reader.read({name: facts.plain() for name, facts in inspected.sheets.items()})
    return inspected
