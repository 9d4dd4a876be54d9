"""Read the sheets of a workbook as text, within limits: run as a process of its own.

Usage: python -m junheng.intake.workbook_child WORKBOOK FOLDER

Writes one Arrow file a sheet that is a table, and the names of all sheets. Rows and cells keep
their places, numbers every digit, and cells with a formula gone wrong say so.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import fastexcel
import polars as pl

from junheng.intake.labels import known
from junheng.intake.sheet_xml import formula_errors, sheet_parts
from junheng.intake.workbook import BROKEN, SHEETS

MEMORY = 2**30
CPU_SECONDS = 30


def main(workbook: Path, folder: Path) -> int:
    """Read a workbook into a folder; gives the exit status."""
    _limit()
    try:
        names = list(_read(workbook, folder))
    except (fastexcel.FastExcelError, zipfile.BadZipFile, ValueError, KeyError, OSError):
        return BROKEN
    Path(folder, SHEETS).write_text(json.dumps(names), "utf-8")
    return 0


def _limit() -> None:
    """Take memory and time away from whatever the workbook makes its reader do."""
    try:
        import resource
    except ImportError:  # not on Windows; there the time-out of the parent must do
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(workbook: Path, folder: Path) -> Iterator[tuple[str, str]]:
    reader = fastexcel.read_excel(workbook)
    with zipfile.ZipFile(workbook) as archive:
        parts = sheet_parts(archive)
        for place, name in enumerate(reader.sheet_names):
            if known(name):
                sheet = _with_errors(reader, name, archive, parts[name])
                sheet.write_ipc_stream(folder / f"{place}.arrow")
            yield name, f"{place}.arrow"


def _with_errors(
    reader: fastexcel.ExcelReader, name: str, archive: zipfile.ZipFile, part: str
) -> pl.DataFrame:
    """Read a sheet as text, and put back what formulas gone wrong show; else they would be empty."""
    sheet, columns = _as_text(reader, name)
    for column, errors in formula_errors(archive, part).items():
        cells = sheet[columns[column]]
        sheet = sheet.with_columns(cells.scatter(list(errors), list(errors.values())))
    return sheet


def _as_text(reader: fastexcel.ExcelReader, name: str) -> tuple[pl.DataFrame, dict[int, str]]:
    """Read a sheet as text, and say which column of the sheet is which of the frame.

    As text alone, numbers come rounded to nine decimals; so they are read as numbers too.
    """
    text = reader.load_sheet(name, dtypes="string", header_row=None, skip_rows=0)
    numbers = reader.load_sheet(name, dtypes="float", header_row=None, skip_rows=0)
    exact = pl.DataFrame(numbers)
    rounded = pl.DataFrame(text)
    columns = [
        pl.when(rounded[each].cast(pl.Float64, strict=False) != exact[each])
        .then(exact[each].cast(pl.String))
        .otherwise(rounded[each])
        .alias(each)
        for each in rounded.columns
    ]
    places = {column.absolute_index: column.name for column in text.selected_columns}
    return rounded.select(columns), places


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
