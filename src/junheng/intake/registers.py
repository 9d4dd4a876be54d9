"""Registers in: a folder of CSV or Parquet, checked like any table, and free of personal numbers.

Nothing is held in memory: registers are read where they lie, once to check them and again each
time they are used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import narwhals as nw
import polars as pl

from junheng.derive import privacy
from junheng.derive.registers import COUNTS, PERSON, REGISTERS
from junheng.errors import DataNeedsMending, Problem, WrongUse
from junheng.intake import digest, lines
from junheng.intake.check import ROWS, values
from junheng.intake.dataset import UNREADABLE, Dataset, Raw
from junheng.intake.gathered import Gathered
from junheng.intake.labels import LIMIT, closed, label, listed, of, quoted, shown
from junheng.intake.opening import open_all
from junheng.intake.registers_plain import may_be_plain, prove, tell_apart
from junheng.intake.telling import say_all
from junheng.model.tables import Table

_SILENT = (".txt", ".md")
_ROW = "row:"
_NAMES = {name: table for table in REGISTERS.values() for name in (table.name, table.zh)}


def read_registers(folder: Path) -> Dataset:
    """Read the registers of a folder: `teachers`, `classes`, `pupils`, or by their Chinese names.

    Raises WrongUse when there is no such folder, DataNeedsMending with every problem: personal
    columns and numbers first, then what is wrong with single cells, by register, row and column.
    """
    if not folder.is_dir():
        raise WrongUse("derive.no_folder", found=str(folder))
    found = _gathered(folder)
    if not found.named:
        names = listed(REGISTERS.values())
        raise DataNeedsMending(found.problems or [Problem("derive.no_registers", names=names)])
    plain = {raw.table.name: raw.frame for raw in found.raws if _plainly_right(raw)}
    found.raws = [raw for raw in found.raws if raw.table.name not in plain]
    tables = plain | _patiently(found)
    ordered = {name: tables[name] for name in REGISTERS if name in tables}
    return Dataset(ordered, found.notices, _digest(found))


def _plainly_right(raw: Raw) -> bool:
    """Say whether nothing can be wrong with a register; if not, it is gone over cell by cell."""
    if not may_be_plain(raw):
        return False
    try:
        proof = prove(raw)
        if not proof.right or not proof.rows:
            return False
        return not (proof.doubtful and any(_personal([raw])))
    except UNREADABLE:
        return False


def _patiently(found: Gathered) -> dict[str, pl.LazyFrame]:
    """Read what is not plain cell by cell; raises DataNeedsMending with all that is wrong."""
    private = list(_personal(found.raws))
    opened = open_all(found)
    for sheet in (one.sheet for one in opened.values() if not one.counts[ROWS]):
        found.problems.append(of(sheet.table, "table_empty"))
    problems, notices = say_all(opened, found.engine)
    if private or found.problems or problems:
        raise DataNeedsMending([*private, *found.problems, *problems])
    found.notices += notices
    tables = {
        name: values(one.sheet).select(column.name for column in one.sheet.columns)
        for name, one in opened.items()
    }
    twice = [each for name, frame in tables.items() for each in _twice(frame, REGISTERS[name])]
    if twice:
        raise DataNeedsMending(twice)
    return tables


def _twice(frame: pl.LazyFrame, table: Table) -> Iterator[Problem]:
    """Tell the people who would count twice in a year."""
    if tell_apart(frame, table):
        return
    person, flag = PERSON[table.name], COUNTS[table.name]
    groups = frame.filter(pl.col(flag) == 1).group_by("year", person).len()
    found = groups.filter(pl.col("len") > 1).sort("year", person).collect(engine="streaming")
    for year, who, many in found.head(LIMIT).iter_rows():
        yield Problem("derive.twice", table=label(table), year=year, found=shown(who), many=many,
                      column=label(table.column(flag)))  # fmt: skip
    if found.height > LIMIT:
        more = found.height - LIMIT
        yield Problem(
            "intake.more", table=label(table), column=label(table.column(person)), more=more
        )


def _gathered(folder: Path) -> Gathered:
    found, others = Gathered(engine="streaming"), []
    for path in sorted(folder.iterdir()):
        table = _NAMES.get(path.stem) if path.suffix.lower() in _READERS else None
        if table is not None:
            _take(path, table, found)
        elif not path.name.startswith(".") and path.suffix.lower() not in _SILENT:
            others.append(path.name)
    if others:
        found.notices.append(Problem("intake.ignored", names=quoted(others)))
    return found


def _take(path: Path, table: Table, found: Gathered) -> None:
    if table.name in found.named:
        found.problems.append(of(table, "table_twice", names=quoted([path.name])))
        return
    found.named.add(table.name)
    try:
        raw, found.digests[table.name] = _READERS[path.suffix.lower()](path, table)
        found.raws.append(raw)
    except DataNeedsMending as refusal:
        found.problems += refusal.problems
    except OSError as error:
        found.problems.append(closed(path, error))


def _csv(path: Path, table: Table) -> tuple[Raw, str]:
    text = lines.recognise(path)
    return replace(lines.raw(path, text, table), typed=None), text.digest


def _parquet(path: Path, table: Table) -> tuple[Raw, str]:
    frame = pl.scan_parquet(path, glob=False)
    try:
        names = frame.collect_schema().names()
    except UNREADABLE as error:
        raise DataNeedsMending([Problem("intake.file_broken", file=path.name)]) from error
    return Raw(table, path.name, tuple((name, name) for name in names), frame), digest.of_file(path)


_READERS: dict[str, Callable[[Path, Table], tuple[Raw, str]]] = {".csv": _csv, ".parquet": _parquet}


@dataclass(frozen=True)
class _Column:
    """A column to look for personal numbers in."""

    raw: Raw
    name: str
    heading: str


def _personal(raws: list[Raw]) -> Iterator[Problem]:
    """Tell the columns that name persons, and those in which personal numbers stand."""
    looked_at: list[_Column] = []
    for raw in raws:
        schema = raw.frame.collect_schema()
        for name, heading in raw.headings:
            if privacy.names_a_person(heading):
                yield Problem(
                    "derive.personal_column", table=label(raw.table), heading=quoted([heading])
                )
            elif _may_hold_one(raw, heading, schema[name]):
                looked_at.append(_Column(raw, name, heading))
    yield from _numbers(looked_at)


def _may_hold_one(raw: Raw, heading: str, dtype: pl.DataType) -> bool:
    known = next((c for c in raw.table.columns if heading.strip() in (c.name, c.zh)), None)
    readable = dtype in (pl.String, pl.Int64, pl.UInt64, pl.Float64)
    return readable and (known is None or known.kind == "text") and heading.strip() != "county"


def _numbers(columns: list[_Column]) -> Iterator[Problem]:
    queries = [_query(column) for column in columns]
    for column, found in zip(columns, pl.collect_all(queries, engine="streaming"), strict=True):
        (row,) = found.iter_rows(named=True)
        for kind in ("identity", "mobile"):
            if row[kind]:
                yield Problem(f"derive.{kind}_number", table=label(column.raw.table), many=row[kind],
                              heading=quoted([column.heading]), row=row[f"{kind}_row"])  # fmt: skip


def _query(column: _Column) -> pl.LazyFrame:
    numbered = column.raw.frame.with_row_index(_ROW, column.raw.first_row)
    if numbered.collect_schema()[column.name] == pl.Float64:
        numbered = numbered.with_columns(pl.col(column.name).cast(pl.Int64, strict=False))
    found = privacy.suspects(nw.from_native(numbered), column.name, _ROW)
    query: pl.LazyFrame = found.to_native()
    return query


def _digest(found: Gathered) -> str:
    told = (f"{name} {found.digests[name]}\n" for name in REGISTERS if name in found.digests)
    return hashlib.sha256("".join(told).encode()).hexdigest()
