"""Read every sheet of an export as text, within limits: run as a process of its own.

Usage: python -m junheng.intake.statistics.child WORKBOOK FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import fastexcel
import polars as pl

from junheng.intake.limits import LIMITS

BROKEN = 3


def main(workbook: Path, folder: Path) -> int:
    """Write the rows of every sheet as JSON; gives the exit status."""
    _limit()
    try:
        reader = fastexcel.read_excel(workbook)
        sheets = [(name, _rows(reader, name)) for name in reader.sheet_names]
    except (fastexcel.FastExcelError, ValueError, OSError):
        return BROKEN
    Path(folder, "sheets.json").write_text(json.dumps(sheets), "utf-8")
    return 0


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows; there the time-out of the parent must do
        return
    cpu = int(LIMITS.seconds)
    resource.setrlimit(resource.RLIMIT_AS, (LIMITS.mapped, LIMITS.mapped))
    resource.setrlimit(resource.RLIMIT_DATA, (LIMITS.memory, LIMITS.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMITS.mapped, LIMITS.mapped))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
