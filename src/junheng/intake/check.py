"""Checks: first how often each column is wrong, all in one pass; then, where it is, the rows.

A sound data set is read once, and no row of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from junheng.intake import cells, understood
from junheng.intake.dataset import ROW, Sheet
from junheng.intake.headings import trimmed
from junheng.intake.labels import LIMIT
from junheng.model.tables import Column

REPEATED = "#repeated"
ROWS = "#rows"
BLANK = "#blank"
TYPED = "#typed "
LINK = ("year", "school")
"""What rows of different tables know each other by."""


def values(sheet: Sheet) -> pl.LazyFrame:
    """Give every column of the contract, typed; those not handed in are unknown."""
    frame = sheet.cells
    if sheet.source is not None:  # no number of a row stands between a filter and the file
        frame = trimmed(sheet.source, but=sheet.as_kept)
    return frame.select(_values(sheet))


def otherwise_kept(sheet: Sheet) -> pl.LazyFrame:
    """Ask, in one row, of each column of text of a table read anew whether cells are kept otherwise."""
    assert sheet.source is not None  # noqa: S101  # asked of those alone
    schema = sheet.source.collect_schema()
    told = [
        c for c in sheet.columns if c.kind in ("text", "choice") and schema[c.name] == pl.String
    ]
    return sheet.source.select(pl.lit(None).alias(ROW), *map(_otherwise, told))


def _otherwise(column: Column) -> pl.Expr:
    cell = pl.col(column.name)
    trimmed_away = (cell.str.strip_chars() != cell) | (cell == "")
    return (trimmed_away | (cells.value(column, pl.String()) != cell)).any()


def counts(sheet: Sheet) -> pl.LazyFrame:
    """Count, in one row, the rows, those without a cell filled in, and each column's wrong cells."""
    wrong = {
        column.name: pl.any_horizontal(*faults.values()).sum()
        for column in sheet.columns
        if (faults := cells.faults(column, sheet.dtypes[column.name]))
    }
    lost = {name: pl.col(name).count() for name in sheet.nameless}
    rows, blank = pl.len().alias(ROWS), _blank(sheet).sum().alias(BLANK)
    return sheet.cells.select(rows, blank, **wrong, **lost)


def repeated(sheet: Sheet) -> pl.LazyFrame:
    """Count, in one row, the keys that stand in more than one row, empty ones too."""
    key = sheet.table.key if sheet.has(*sheet.table.key) else ()
    keys = _keyed(sheet, key).drop(ROW).group_by(key).len() if key else pl.LazyFrame({"len": [0]})
    return keys.filter(pl.col("len") > 1).select(pl.len().alias(REPEATED))


def with_sound(sheet: Sheet, key: Sequence[str]) -> Sheet:
    """Leave out the rows with a wrong cell in the key: that is told of them, and enough."""
    columns = (sheet.table.column(name) for name in key)
    faults = (cells.faults(column, sheet.dtypes[column.name]).values() for column in columns)
    wrong = pl.any_horizontal(fault.fill_null(value=False) for each in faults for fault in each)
    return replace(sheet, cells=sheet.cells.filter(~wrong), source=None)


def without_blanks(sheet: Sheet) -> Sheet:
    """Leave out the rows in which nothing is filled in: they say nothing, not even unknown."""
    return replace(sheet, cells=sheet.cells.filter(~_blank(sheet)), source=None)


def odd_columns(sheet: Sheet, counts: Mapping[str, int]) -> list[Column]:
    """Give the columns of text with wrong cells that may be right if read with more patience."""
    return [
        column
        for column in sheet.columns
        if counts.get(column.name) and sheet.dtypes[column.name] == pl.String
        if column.kind != "text" or column.name == "county"
    ]


def with_plain(sheet: Sheet, columns: Sequence[Column]) -> Sheet:
    """Bring what people typed in these columns into plain text, keeping how it was typed."""
    typed = {f"{TYPED}{column.name}": pl.col(column.name) for column in columns}
    plain = [understood.plain(column) for column in columns]
    return replace(
        sheet, cells=sheet.cells.with_columns(*plain, **typed), typed=frozenset(typed), source=None
    )


def wrong_cells(sheet: Sheet, column: Column) -> pl.LazyFrame:
    """Find the wrong cells of a column: the sentence that tells each, its row, what it holds."""
    dtype = sheet.dtypes[column.name]
    faults = cells.faults(column, dtype)
    told: pl.Expr = pl.lit(None, pl.String)
    for code, fault in reversed(faults.items()):
        told = pl.when(fault).then(pl.lit(code)).otherwise(told)
    typed = f"{TYPED}{column.name}"
    found = cells.as_text(pl.col(typed if typed in sheet.typed else column.name), dtype)
    wrong = sheet.cells.select(ROW, pl.col(column.name), code=told, found=found)
    wrong = wrong.filter(pl.col("code").is_not_null())
    if dtype == pl.String:
        why = pl.col("code")
        for code, reason in reversed(cells.reasons(column).items()):
            why = pl.when(reason).then(pl.lit(code)).otherwise(why)
        wrong = wrong.with_columns(code=why)
    return wrong.select(ROW, "code", "found")


def same_keys(sheet: Sheet) -> pl.LazyFrame:
    """Find the rows whose key stands in an earlier row, and that row."""
    key = sheet.table.key
    typed = pl.concat_str(pl.col(key).cast(pl.String), separator=" ")
    rows = _keyed(with_sound(sheet, key), key, found=typed).with_columns(
        first=pl.col(ROW).min().over(key)
    )
    repeated = rows.filter(pl.col(ROW) != pl.col("first"))
    return repeated.select(ROW, "found", "first", code=pl.lit("same_key"))


def alone(sheet: Sheet, other: Sheet, code: str) -> pl.LazyFrame:
    """Find the rows of a year and school that `other` has no row of."""
    there = _keyed(other, LINK).select(LINK)
    rows = _keyed(sheet, LINK).join(there, on=LINK, how="anti")
    return rows.select(ROW, "year", code=pl.lit(code), found="school")


def first_of(found: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the first rows of each code, and how many there are of it."""
    few = pl.all().sort_by(ROW).head(LIMIT)
    return found.group_by("code").agg(pl.len().alias("many"), few).sort("code")


def _keyed(sheet: Sheet, key: Sequence[str], **others: pl.Expr) -> pl.LazyFrame:
    """Give row, key and what else is asked; a key that cannot be read is null somewhere."""
    read = {name: cells.value(sheet.table.column(name), sheet.dtypes[name]) for name in key}
    return sheet.cells.select(ROW, **read, **others)


def _values(sheet: Sheet) -> Iterator[pl.Expr]:
    for column in sheet.table.columns:
        if column.name in sheet.as_kept:
            yield pl.col(column.name)
        elif (dtype := sheet.dtypes.get(column.name)) is not None:
            yield cells.value(column, dtype).alias(column.name)
        else:
            yield pl.lit(None, cells.dtype_of(column)).alias(column.name)


def _blank(sheet: Sheet) -> pl.Expr:
    """Say of each row whether nothing is filled in; only lines of text have such rows."""
    empty = (pl.col(name).is_null() for name in sheet.dtypes)
    return pl.all_horizontal(pl.col(ROW).is_not_null() & sheet.lines, *empty)
