"""Read the first sheet of a workbook of people or organisations: run as a process of its own.

Usage: python -m junheng.web.accounts.roll_child WORKBOOK FOLDER < FACTS

Writes the rows as lists of text. Without Django: it holds no key to the database.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import fastexcel

from junheng.intake.confined import serve

ROWS = "rows.json"


def read(workbook: Path, folder: Path, _facts: object) -> None:
    """Read a workbook into a folder."""
    book = fastexcel.read_excel(workbook)
    sheet = book.load_sheet(0, header_row=None, skip_rows=0, dtypes="string").to_polars()
    rows = [["" if cell is None else cell.strip() for cell in row] for row in sheet.rows()]
    Path(folder, ROWS).write_text(json.dumps(rows, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    sys.exit(serve(read))
