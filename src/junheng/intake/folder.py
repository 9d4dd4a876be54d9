"""A folder with a CSV or Parquet file for each table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from junheng.errors import DataNeedsMending, Problem
from junheng.intake import digest, lines
from junheng.intake.dataset import Raw
from junheng.intake.gathered import Gathered
from junheng.intake.labels import closed
from junheng.model.tables import TABLES, Table

_LARGE = 32 * 2**20


def gather(folder: Path) -> Gathered:
    """Find the tables of a folder; files of other names are said and left alone."""
    found = Gathered()
    paths = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    things = (
        (path.stem if path.suffix.lower() in _READERS else "", path.name, path) for path in paths
    )
    for name, path in found.sort_out(things):
        try:
            found.engine = "streaming" if path.stat().st_size > _LARGE else found.engine
            _READERS[path.suffix.lower()](path, TABLES[name], found)
        except DataNeedsMending as refusal:
            found.problems += refusal.problems
        except OSError as error:
            found.problems.append(closed(path, error))
    return found


def _csv(path: Path, table: Table, found: Gathered) -> None:
    text = lines.recognise(path)
    if text.encoding != "utf-8":
        found.notices.append(Problem("intake.encoding", file=path.name, encoding="GB18030"))
    found.digests[table.name] = text.digest
    found.raws.append(lines.raw(path, text, table))


def _parquet(path: Path, table: Table, found: Gathered) -> None:
    frame = pl.scan_parquet(path, glob=False)
    try:
        names = frame.collect_schema().names()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        broken = Problem("intake.file_broken", file=path.name)
        raise DataNeedsMending([broken]) from error
    headings = tuple((name, name) for name in names)
    found.digests[table.name] = digest.of_file(path)
    found.raws.append(Raw(table, path.name, headings, frame))


_READERS: dict[str, Callable[[Path, Table, Gathered], None]] = {".csv": _csv, ".parquet": _parquet}
