"""One sheet through the reader of workbooks: its headings, and every cell below them.

Numbers come as numbers where a whole column is numbers; else as text, with every digit. That takes
one look at the file if the headings stand in the first row, as they mostly do, and more if not.
"""

from __future__ import annotations

import re
from typing import Any

import fastexcel
import polars as pl

from junheng.intake.heading_row import LOOKED_AT, Headings, in_first_row, locate, meant
from junheng.intake.sheet import CELL, Facts
from junheng.model.tables import Table

_WHOLE = 2.0**53
_PLAIN = (pl.Float64(), pl.Int64(), pl.String(), pl.Null())
_REPEATED = re.compile(r"(.+)_[0-9]+", re.DOTALL)
_TEXT = ("text", "choice")


class SheetReader:
    """Reads one sheet for one table, from what the guard knows of it."""

    def __init__(
        self, reader: fastexcel.ExcelReader, name: str, table: Table, facts: Facts
    ) -> None:
        self.reader, self.name = reader, name
        self.table, self.facts = table, facts
        self.before = 0
        self.headings: Headings | None = None
        typed = self._typed() if facts["plain"] else None
        self.cells = self._text() if typed is None else typed

    def place(self) -> dict[str, Any]:
        """Tell the headings, the rows before the first that holds something, and the height."""
        height = self.cells.height + self.top
        return {"before": self.before, "headings": self.headings, "height": height}

    @property
    def top(self) -> int:
        """The first row below the headings, counted from 0."""
        return self.before + self.headings.top + self.headings.depth if self.headings else 0

    def body(self) -> pl.DataFrame:
        """Give the cells below the headings, with what formulas gone wrong show put back."""
        cells = self.cells
        odd = {
            f"{CELL}{at}": {row - self.top: told for row, told in rows if row >= self.top}
            for at, rows in self.facts["odd"]
        }
        height = max((max(rows) + 1 for rows in odd.values() if rows), default=0)
        if height > cells.height:
            more = pl.DataFrame({"row": [None] * (height - cells.height)}).select(
                pl.lit(None, dtype).alias(name) for name, dtype in cells.schema.items()
            )
            cells = pl.concat([cells, more])
        for column, rows in odd.items():
            if column in cells.columns and rows:
                told = cells.select(as_text(column, cells.schema[column])).to_series()
                cells = cells.with_columns(told.scatter(list(rows), list(rows.values())))
        return cells

    def _load(self, **how: Any) -> tuple[pl.DataFrame, list[int]]:
        sheet = self.reader.load_sheet(self.name, **how)
        return pl.DataFrame(sheet), [each.absolute_index for each in sheet.selected_columns]

    def _typed(self) -> pl.DataFrame | None:
        """Read a sheet whose first row is its headings; none if that, or a type, is not so."""
        cells, places = self._load(header_row=0, schema_sample_rows=None)
        names = _unrepeated(cells.columns)
        below = cells.head(LOOKED_AT).cast(pl.String, strict=False).rows()
        if cells.height + 1 != self.facts["rows"] or not all(
            dtype in _PLAIN for dtype in cells.dtypes
        ):
            return None
        if not in_first_row(names, [[cell or "" for cell in row] for row in below], self.table):
            return None
        self.headings = Headings(0, 1, tuple(name.strip() for name in names))
        inexact = self.facts["precise"] and any(
            dtype == pl.String and (column := meant(self.table, name)) and column.kind not in _TEXT
            for name, dtype in zip(names, cells.dtypes, strict=True)
        )
        if inexact:
            cells = self._exact(cells, header_row=0)
        return cells.rename(
            {old: f"{CELL}{at}" for old, at in zip(cells.columns, places, strict=True)}
        )

    def _text(self) -> pl.DataFrame:
        """Read any sheet, as text."""
        cells, places = self._load(dtypes="string", header_row=None, skip_rows=0)
        if self.facts["precise"]:
            cells = self._exact(cells, header_row=None, skip_rows=0)
        cells.columns = [f"{CELL}{at}" for at in places]
        filled = cells.select(pl.any_horizontal(pl.all().str.strip_chars() != ""))
        rows = filled.to_series().arg_true() if cells.width else pl.Series(dtype=pl.UInt32)
        self.before = int(rows[0]) if len(rows) else cells.height
        few = cells.slice(self.before, LOOKED_AT).rows()
        self.headings = locate([[cell or "" for cell in row] for row in few], self.table)
        return cells.slice(self.top)

    def _exact(self, cells: pl.DataFrame, **where: Any) -> pl.DataFrame:
        """Give numbers among text every digit: as text alone they come rounded to nine decimals."""
        numbers, _ = self._load(dtypes="float", **where)
        text = [name for name, dtype in cells.schema.items() if dtype == pl.String]
        return cells.with_columns(
            pl.when(cells[each].cast(pl.Float64, strict=False) != numbers[each])
            .then(numbers[each].cast(pl.String))
            .otherwise(cells[each])
            .alias(each)
            for each in text
        )


def as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """Give a column as text; whole numbers without a decimal point."""
    cell = pl.col(name)
    if not dtype.is_float():
        return cell.cast(pl.String)
    whole = (cell == cell.round()) & (cell.abs() < _WHOLE)
    digits = cell.cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(whole).then(digits).otherwise(cell.cast(pl.String)).alias(name)


def _unrepeated(names: list[str]) -> list[str]:
    """Give headings as they stand: the reader numbers repeated ones, and names empty ones."""
    seen: set[str] = set()
    plain = []
    for name in names:
        repeated = _REPEATED.fullmatch(name)
        told = repeated[1] if repeated and repeated[1] in seen else name
        plain.append("" if name.startswith("__UNNAMED__") else told)
        seen.add(name)
    return plain
