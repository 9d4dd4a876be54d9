"""Read every sheet of an export as text, within limits: run as a process of its own.

Usage: python -m junheng.intake.statistics.child WORKBOOK FOLDER < null
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import fastexcel
import polars as pl

from junheng.intake.confined import serve

SHEETS = "sheets.json"


def read(workbook: Path, folder: Path, _: object) -> None:
    """Write the rows of every sheet as JSON."""
    reader = fastexcel.read_excel(workbook)
    sheets = [(name, _rows(reader, name)) for name in reader.sheet_names]
    Path(folder, SHEETS).write_text(json.dumps(sheets), "utf-8")


def _rows(reader: fastexcel.ExcelReader, name: str) -> list[list[str]]:
    """Read a sheet as text; numbers, which come rounded as text, exactly."""
    text = reader.load_sheet(name, dtypes="string", header_row=None, skip_rows=0)
    numbers = reader.load_sheet(name, dtypes="float", header_row=None, skip_rows=0)
    rounded, exact = pl.DataFrame(text), pl.DataFrame(numbers)
    columns = [
        pl.when(rounded[each].cast(pl.Float64, strict=False) != exact[each])
        .then(exact[each].cast(pl.String))
        .otherwise(rounded[each])
        .alias(each)
        for each in rounded.columns
    ]
    places = [column.absolute_index for column in text.selected_columns]
    rows = []
    for cells in rounded.select(columns).fill_null("").iter_rows():
        row = [""] * (max(places, default=-1) + 1)
        for at, cell in zip(places, cells, strict=True):
            row[at] = cell.strip()
        rows.append(row)
    return rows


if __name__ == "__main__":
    sys.exit(serve(read))
