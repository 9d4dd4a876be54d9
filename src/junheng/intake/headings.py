"""Headings to columns: machine or Chinese names, in any order, each no more than once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import polars as pl
import polars.selectors as cs

from junheng.errors import Problem
from junheng.intake.cells import fits
from junheng.intake.dataset import ROW, Raw, Sheet
from junheng.intake.gathered import Gathered
from junheng.intake.heading_row import meant
from junheng.intake.labels import label, listed, of, quoted
from junheng.model.tables import Column, Table

Columns = Mapping[str, tuple[str, Column]]
"""By machine name: the column of the frame, and the column of the contract."""


def match(raw: Raw, said: Gathered) -> Columns:
    """Find the columns of the contract; what is missing or worth saying is added to `said`."""
    table = raw.table
    places: Mapping[str, list[tuple[str, str]]] = defaultdict(list)
    extra = []
    for place, heading in raw.headings:
        if column := meant(table, heading):
            places[column.name].append((place, heading))
        elif heading.strip():
            extra.append(heading)
    if extra:
        said.notices.append(of(table, "extra_columns", headings=quoted(extra)))
    for name, found in places.items():
        if len(found) > 1:
            fields = {"column": label(table.column(name)), "headings": quoted(h for _, h in found)}
            said.problems.append(of(table, "heading_twice", **fields))
    absent = [column for column in table.columns if column.name not in places]
    said.problems += [_missing(table, column) for column in absent if column.required]
    if unknown := [column for column in absent if not column.required]:
        said.notices.append(of(table, "columns_absent", columns=listed(unknown)))
    return {name: (found[0][0], table.column(name)) for name, found in places.items()}


def sheet_of(raw: Raw, columns: Columns) -> Sheet:
    """Bring a table under machine names."""
    schema = raw.frame.collect_schema()
    dtypes = {
        name: pl.String() if _is_text(schema[place]) else schema[place]
        for name, (place, _) in columns.items()
    }
    read = {name: dtype for name, dtype in dtypes.items() if fits(columns[name][1], dtype)}
    strange = {name: dtype for name, dtype in dtypes.items() if name not in read}
    nameless = {f"#{nth}": at for nth, (at, over) in enumerate(raw.headings, 1) if not over.strip()}
    taken = {name: columns[name][0] for name in read} | nameless
    cells = raw.frame.select(pl.col(place).alias(name) for name, place in taken.items())
    source = cells.select(*read) if raw.scanned else None
    cells = trimmed(cells).with_row_index(ROW, raw.first_row)
    return Sheet(raw.table, cells, read, strange, tuple(nameless), lines=raw.lines, source=source)


def strange_columns(sheet: Sheet) -> Iterator[Problem]:
    """Tell the columns that cannot be read at all."""
    for name, dtype in sheet.strange.items():
        column = sheet.table.column(name)
        yield of(sheet.table, "column_type", column=label(column), type=str(dtype))


def _missing(table: Table, column: Column) -> Problem:
    return of(table, "column_missing", column=label(column))


def _is_text(dtype: pl.DataType) -> bool:
    return dtype in (pl.Categorical, pl.Enum, pl.String)


def trimmed(cells: pl.LazyFrame, but: Iterable[str] = ()) -> pl.LazyFrame:
    """Take the spaces around text away, and make empty cells null, but in the columns named."""
    words = (cs.string() | cs.categorical() | cs.enum()) - cs.by_name(*but, require_all=False)
    text = words.cast(pl.String).str.strip_chars()
    return cells.with_columns(pl.when(text != "").then(text).name.keep())
