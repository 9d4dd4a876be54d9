"""Documents as a person reads them: every cell as it is shown, from a workbook or a Word file."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
from docx import Document
from docx.oxml.ns import qn

Rows = list[list[str]]


def shown(cell: Any) -> str:
    """Show a cell as a spreadsheet does, by its value and number format."""
    if cell.value is None:
        return ""
    if isinstance(cell.value, str):
        return str(cell.value)
    digits = len(cell.number_format.partition(".")[2])
    return str(Decimal(repr(cell.value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def workbook_rows(path: Path) -> dict[str, Rows]:
    """Give what every cell of a workbook shows; a merged area shows once."""
    book = openpyxl.load_workbook(path)
    found = {}
    for sheet in book:
        covered = {at for area in sheet.merged_cells.ranges for at in list(area.cells)[1:]}
        found[sheet.title] = [
            [shown(cell) for cell in row if (cell.row, cell.column) not in covered]
            for row in sheet.iter_rows()
        ]
    return found


def word_tables(path: Path) -> list[Rows]:
    """Give the texts of every table of a Word file; a cell that goes on from above is left out."""
    found = []
    for table in Document(str(path)).element.body.iter(qn("w:tbl")):
        rows = [
            [_text(cell) for cell in row.iter(qn("w:tc")) if not _goes_on(cell)]
            for row in table.iter(qn("w:tr"))
        ]
        found.append(rows)
    return found


def _goes_on(cell: Any) -> bool:
    merged = cell.find(f".//{qn('w:vMerge')}")
    return merged is not None and merged.get(qn("w:val")) != "restart"


def _text(cell: Any) -> str:
    parts = {qn("w:t"): lambda node: node.text or "", qn("w:br"): lambda _: "\n"}
    return "".join(parts[node.tag](node) for node in cell.iter() if node.tag in parts)
