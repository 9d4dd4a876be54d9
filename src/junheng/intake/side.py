"""Side tables: one file beside a data set, such as births or edits, read by the rules of the door.

A side table is no table of the contract; its columns are declared where it is used. CSV (UTF-8 or
GB18030) and Parquet are read, under machine or Chinese headings. A heading that is not known is
refused, since what stands under it was meant for something; notes may stand under `note` 备注.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from junheng.errors import DataNeedsMending, Problem, WrongUse
from junheng.intake import cells, lines
from junheng.intake.labels import LIMIT, choices, closed, label, of, quoted, shown
from junheng.model.tables import Column, Table

ROW = "row"
_READABLE = (".csv", ".parquet")
_NOTES = ("note", "备注")
"""Headings of columns that are for people: they may hold anything, and are not read."""
_PLACE = "\x1f"
"""Stands between a heading and its place, so that two columns may bear the same."""


def read_side(path: Path, table: Table) -> pl.DataFrame:
    """Read one side table: every column of it, typed, and `row` as a person counts rows.

    Absent columns are unknown. Raises WrongUse when there is no such file, DataNeedsMending with
    every problem: table, row, column, what was found, what to do.
    """
    if path.suffix.lower() not in _READABLE or not path.is_file():
        raise WrongUse("project.no_such_file", found=path, table=label(table))
    try:
        raw, first = _raw(path)
    except OSError as error:
        raise DataNeedsMending([closed(path, error)]) from error
    except pl.exceptions.PolarsError as error:
        raise DataNeedsMending([Problem("intake.file_broken", file=path.name)]) from error
    return typed_side(raw, table, first_row=first)


def typed_side(raw: pl.DataFrame, table: Table, *, first_row: int = 1) -> pl.DataFrame:
    """Check a side table already in memory, by the same rules; rows are counted from `first_row`."""
    names, problems = _matched(raw, table)
    frame = raw.select(pl.col(old).alias(new) for new, old in names.items())
    frame = frame.with_columns(
        pl.col(pl.String).str.strip_chars().replace("", None)
    ).with_row_index(ROW, first_row)
    present = [column for column in table.columns if column.name in names]
    frame = frame.filter(~pl.all_horizontal(pl.col(column.name).is_null() for column in present))
    problems += [one for column in present for one in _wrong(frame, column, table)]
    if not problems:
        problems += _twice(frame, table)
    if problems:
        raise DataNeedsMending(problems)
    return frame.select(ROW, *[_value(column, frame) for column in table.columns])


def _raw(path: Path) -> tuple[pl.DataFrame, int]:
    if path.suffix.lower() == ".parquet":
        return pl.read_parquet(path, glob=False), 1
    text = lines.recognise(path, keep=True)
    source = text.source if isinstance(text.source, bytes) else text.source.read_bytes()
    source = source.removeprefix(b"\xef\xbb\xbf")
    rows = pl.read_csv(io.BytesIO(source), has_header=False, infer_schema=False)
    headings = [f"{cell or ''}" for cell in rows.row(0)]
    named = {
        old: f"{heading}{_PLACE}{n}"
        for n, (old, heading) in enumerate(zip(rows.columns, headings, strict=True))
    }
    return rows.slice(1).rename(named), 2


def _matched(raw: pl.DataFrame, table: Table) -> tuple[dict[str, str], list[Problem]]:
    """Find the columns by machine or Chinese name."""
    known = {_plain(name): c.name for c in table.columns for name in (c.name, c.zh)}
    found: dict[str, list[str]] = {}
    strange = []
    for place in raw.columns:
        heading = place.split(_PLACE)[0]
        if name := known.get(_plain(heading)):
            found.setdefault(name, []).append(place)
        elif _plain(heading) and _plain(heading) not in _NOTES:
            strange.append(heading)
    problems = [
        of(
            table,
            "heading_twice",
            column=label(table.column(name)),
            headings=quoted(place.split(_PLACE)[0] for place in places),
        )
        for name, places in found.items()
        if len(places) > 1
    ]
    if strange:
        headings = quoted(strange)
        problems.append(Problem("project.side_columns", table=label(table), headings=headings))
    problems += [
        of(table, "column_missing", column=label(column))
        for column in table.columns
        if column.required and column.name not in found
    ]
    if raw.height and not found:
        raise DataNeedsMending(problems)
    return {name: headings[0] for name, headings in found.items()}, problems


def _plain(heading: str) -> str:
    return "".join(unicodedata.normalize("NFKC", heading).split()).strip("*")


def _wrong(frame: pl.DataFrame, column: Column, table: Table) -> Iterator[Problem]:
    dtype = frame.schema[column.name]
    if not cells.fits(column, dtype):
        yield of(table, "column_type", column=label(column), type=str(dtype))
        return
    fields: dict[str, object] = {"column": label(column)}
    if column.choices:
        fields["choices"] = choices(column)
    if column.low is not None and column.high is not None:
        fields |= {"low": f"{column.low:g}", "high": f"{column.high:g}"}
    told: set[int] = set()
    for code, fault in cells.faults(column, dtype).items():
        rows = frame.filter(fault.fill_null(value=False)).select(ROW, column.name)
        new = [(row, cell) for row, cell in rows.iter_rows() if row not in told]
        told.update(row for row, _ in new)
        for row, cell in new[:LIMIT]:
            yield of(table, code, row=row, found=shown(cell), **fields)
        if len(new) > LIMIT:
            yield of(table, "more", column=fields["column"], more=len(new) - LIMIT)


def _twice(frame: pl.DataFrame, table: Table) -> Iterator[Problem]:
    key = [name for name in table.key if name in frame.columns]
    if not key or len(key) < len(table.key):
        return
    typed = frame.select(ROW, *[_value(table.column(name), frame) for name in key])
    first: dict[tuple[object, ...], int] = {}
    for row, *found in typed.iter_rows():
        earlier = first.setdefault(tuple(found), row)
        if earlier != row:
            named = label(table.column(key[-1]))
            said = shown(" ".join(str(cell) for cell in found))
            yield of(table, "same_key", row=row, first=earlier, column=named, found=said)


def _value(column: Column, frame: pl.DataFrame) -> pl.Expr:
    if column.name not in frame.columns:
        return pl.lit(None, cells.dtype_of(column)).alias(column.name)
    return cells.value(column, frame.schema[column.name]).alias(column.name)
