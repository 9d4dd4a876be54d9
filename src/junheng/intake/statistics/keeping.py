"""Imported values beside those that are there already: an empty cell is filled, no other changed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from junheng.errors import DataNeedsMending, Problem, WrongUse
from junheng.intake.labels import label, quoted, shown
from junheng.intake.statistics.figures import Figure, Origin
from junheng.intake.statistics.importing import Import, Value
from junheng.model.tables import LEVELS, TABLES, Column, Table

SOURCES, ORIGINALS, MANIFEST = "sources.csv", "originals", "originals/manifest.csv"
SOURCE_COLUMNS = ("table", "year", "school", "level", "column", "value", "origin", "file_sha256",
                  "sheet", "cell")  # fmt: skip
MANIFEST_COLUMNS = ("file", "sha256", "bytes", "imported_at")
_OURS = {SOURCES, ORIGINALS, "explanations.csv", "README.txt"}
_FILLED = ("schools", "sections")
Row = dict[str, str]


@dataclass
class Kept:
    """What a folder will hold after an import."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    headings: dict[str, list[str]] = field(default_factory=dict)
    sources: list[Row] = field(default_factory=list)
    added: int = 0
    """How many values are new."""


def keep(imported: Import, out: Path) -> Kept:
    """Put imported values beside those of a folder; raises DataNeedsMending where they differ.

    Raises WrongUse when the folder holds what is not ours.
    """
    _refuse_unless_ours(out)
    kept = Kept()
    problems: list[Problem] = []
    for name in _FILLED:
        _load(kept, out, TABLES[name])
        _take(kept, imported, TABLES[name], problems)
    if problems:
        raise DataNeedsMending(problems)
    kept.sources = _sources(imported, rows_of(out / SOURCES))
    return kept


def _refuse_unless_ours(out: Path) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise WrongUse("statistics.foreign_files", found=out, names=quoted([out.name]))
    names = {path.name for path in out.iterdir()}
    if any(f"{table}.parquet" in names for table in TABLES):
        raise WrongUse("statistics.parquet_there", found=out)
    if strange := names - _OURS - {f"{table}.csv" for table in TABLES}:
        raise WrongUse("statistics.foreign_files", found=out, names=quoted(sorted(strange)))


def _load(kept: Kept, out: Path, table: Table) -> None:
    """Read a table that is there, under machine names; other columns stay as they are."""
    path = out / f"{table.name}.csv"
    kept.headings[table.name] = [column.name for column in table.columns]
    kept.tables[table.name] = []
    if not path.exists():
        return
    names = {each: column.name for column in table.columns for each in (column.name, column.zh)}
    rows = rows_of(path)
    kept.tables[table.name] = [{names.get(k, k): v for k, v in row.items()} for row in rows]
    extra = [head for head in (rows[0] if rows else {}) if head not in names]
    kept.headings[table.name] += extra


def rows_of(path: Path) -> list[Row]:
    """Read the rows of a CSV file, none where there is no such file."""
    if not path.exists():
        return []
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig") if _is_utf8(data) else data.decode("gb18030")
        rows = list(csv.DictReader(text.splitlines(keepends=True), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        broken = Problem("statistics.table_broken", file=path.name)
        raise DataNeedsMending([broken]) from error
    if any(None in row or None in row.values() for row in rows):
        raise DataNeedsMending([Problem("statistics.table_broken", file=path.name)])
    return [{(key or "").strip(): value.strip() for key, value in row.items()} for row in rows]


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _take(kept: Kept, imported: Import, table: Table, problems: list[Problem]) -> None:
    rows = kept.tables[table.name]
    by_key = {_key(row, table): row for row in rows}
    for value in imported.values:
        if value.table != table.name:
            continue
        blank = {"year": str(imported.year), "school": value.school, "level": value.level}
        wanted = {name: blank[name] for name in table.key}
        row = by_key.get(_key(wanted, table))
        if row is None:
            row = by_key[_key(wanted, table)] = wanted
            rows.append(row)
        _put(kept, row, value, table, problems)


def _key(row: Mapping[str, str], table: Table) -> tuple[str, ...]:
    return tuple(_plain(table.column(name), row.get(name, "")) for name in table.key)


def _put(kept: Kept, row: Row, value: Value, table: Table, problems: list[Problem]) -> None:
    column = table.column(value.column)
    before = row.get(column.name, "")
    if not before or not value.text:
        kept.added += bool(value.text)
        row[column.name] = before or value.text
    elif _plain(column, before) != _plain(column, value.text):
        level = f" {LEVELS[value.level]}" if value.level else ""
        problems.append(
            Problem("statistics.conflict", table=label(table), school=value.school, level=level,
                    column=label(column), before=shown(before), found=shown(value.text))
        )  # fmt: skip


def _plain(column: Column, text: str) -> str:
    """Write a cell in one way, so that 12 and 12.0, and a choice and its label, are the same."""
    codes = {zh: code for code, zh in column.choices.items()}
    text = codes.get(text, text)
    if column.kind == "text":
        return text
    try:
        return format(Decimal(text).normalize(), "f")
    except InvalidOperation:
        return text


def _sources(imported: Import, before: list[Row]) -> list[Row]:
    """List where every imported value comes from, after those listed before."""
    rows = [row for value in imported.values if value.text for row in _of(value, imported.year)]
    held = {tuple(row.get(name, "") for name in SOURCE_COLUMNS) for row in before}
    new = [row for row in rows if tuple(row[name] for name in SOURCE_COLUMNS) not in held]
    return [*before, *new]


def _of(value: Value, year: int) -> Iterator[Row]:
    figure = value.figure or Figure(value.text, (Origin("", "", "", ""),))
    places: dict[tuple[str, str], list[str]] = {}
    for origin in figure.origins:
        places.setdefault((origin.sha256, origin.sheet), []).append(origin.cell)
    for (sha256, sheet), cells in places.items():
        cell = "+".join(cells)
        texts = (value.table, str(year), value.school, value.level, value.column, value.text)
        kind = "statistics" if sha256 else "given"
        yield dict(zip(SOURCE_COLUMNS, (*texts, kind, sha256, sheet, cell), strict=True))
