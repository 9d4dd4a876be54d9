"""The door: what was handed in is gathered, checked and typed, or refused with every reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from junheng.errors import DataNeedsMending, Problem
from junheng.intake import digest, folder
from junheng.intake.check import ROWS, values
from junheng.intake.dataset import Dataset, Raw, Sheet
from junheng.intake.gathered import Gathered
from junheng.intake.labels import closed, listed, of
from junheng.intake.opening import open_all
from junheng.intake.telling import say_all
from junheng.intake.workbook_words import SUFFIXES
from junheng.model.tables import TABLES


def read(path: Path | str) -> Dataset:
    """Read a data set from a folder of CSV or Parquet files or workbooks, a zip, or one workbook.

    Tables of text are kept typed in memory: all of them where every file is small (up to 32 MB), large
    ones if they are plainly written (up to a GB). Others, and Parquet, are lazy, and read each time.

    Raises DataNeedsMending with every problem, each with table, row, column, what was found and
    what to do.
    """
    place = Path(path)
    try:
        return _admit(_gather(place))
    except OSError as error:
        raise DataNeedsMending([closed(place, error)]) from error


def typed(frames: Mapping[str, pl.LazyFrame | pl.DataFrame]) -> Dataset:
    """Check tables already in memory, by the same rules as files.

    Tables and columns may bear machine or Chinese names. Rows are counted from 1.

    >>> from junheng.errors import DataNeedsMending
    >>> try:
    ...     typed({"学段": pl.DataFrame({"统计年份": [2025]})})
    ... except DataNeedsMending as refusal:
    ...     print(refusal.problems[1].say("en"))
    Table sections has no column school (学校标识码). Add it.
    """
    return _admit(_frames(frames))


def _gather(path: Path) -> Gathered:
    suffix = path.suffix.lower()
    if path.is_dir():
        return folder.gather(path)
    if path.is_file() and suffix in SUFFIXES:
        from junheng.intake import workbook  # a folder of CSV is read without it

        return workbook.gather(path)
    if path.is_file() and suffix == ".zip":
        return folder.gather_zip(path)
    code = "path_unknown" if path.exists() else "path_missing"
    raise DataNeedsMending([Problem(f"intake.{code}", path=str(path))])


def _frames(frames: Mapping[str, pl.LazyFrame | pl.DataFrame]) -> Gathered:
    found = Gathered(engine="streaming")
    for name, given in found.sort_out((name, name, frame) for name, frame in frames.items()):
        frame = given.lazy()
        headings = tuple((each, each) for each in frame.collect_schema().names())
        found.raws.append(Raw(TABLES[name], name, headings, frame))
    return found


def _admit(found: Gathered) -> Dataset:
    """Check what was gathered; raises DataNeedsMending if anything about it is wrong."""
    if not found.named:
        raise DataNeedsMending(
            found.problems or [Problem("intake.no_tables", names=listed(TABLES.values()))]
        )
    _say_what_is_missing(found)
    opened = open_all(found)
    for sheet, count, _ in opened.values():
        _say_what_is_empty(sheet, count[ROWS], found)
    problems, notices = say_all(opened, found.engine)
    if found.problems or problems:
        raise DataNeedsMending([*found.problems, *problems])
    tables = {name: values(sheet) for name, (sheet, *_) in opened.items()}
    text = [name for name, (sheet, *_) in opened.items() if sheet.lines]
    if found.engine == "in-memory":
        tables |= _kept({name: tables[name] for name in text})
    for name in tables.keys() - found.digests.keys():
        found.digests[name] = digest.of_frame(tables[name])
    in_memory = found.engine == "in-memory" and len(text) == len(tables)
    told = [*found.notices, *notices]
    return Dataset(tables, told, digest.of_tables(found.digests), in_memory)


def _kept(tables: dict[str, pl.LazyFrame]) -> dict[str, pl.LazyFrame]:
    frames = pl.collect_all(list(tables.values()), engine="in-memory")
    return {name: frame.lazy() for name, frame in zip(tables, frames, strict=True)}


def _say_what_is_missing(found: Gathered) -> None:
    for name, table in TABLES.items():
        if name not in found.named:
            if table.required:
                found.problems.append(of(table, "table_missing"))
            else:
                found.notices.append(of(table, "table_absent"))


def _say_what_is_empty(sheet: Sheet, rows: int, found: Gathered) -> None:
    if rows == 0 and sheet.table.required:
        found.problems.append(of(sheet.table, "table_empty"))
    elif rows == 0:
        found.notices.append(of(sheet.table, "table_blank"))
