"""The look of the workbooks of plans: a heading that stays, wrapped text, one page wide on A4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

from junheng.report.workbook import workbook, write_cell

Row = list[Any]
NARROW = 13
"""How wide a column is that nobody says anything of."""
_A4, _LINE = 9, 15
_LINES, _HEADS = "#BFBFBF", "#F2F2F2"
_CENT, _MANY = 0.01 / 2, 100
"""Nothing is shown of less than half a cent, and no parts of what is a hundred or more."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its title, its headings with the widths of their columns, its rows."""

    title: str
    headings: Sequence[tuple[str, int]]
    rows: Sequence[Row]


def write_sheets(sheets: Sequence[Sheet], out: Path) -> None:
    """Write a workbook; WrongUse when there is a file of that name, or it cannot be written."""
    with workbook(out) as made:
        cell = {"valign": "top", "border": 1, "border_color": _LINES}
        head = cell | {"bold": True, "text_wrap": True, "bg_color": _HEADS}
        styles = {
            "plain": made.add_format(cell | {"text_wrap": True}),
            "head": made.add_format(head),
            "head of numbers": made.add_format(head | {"align": "right"}),
            "whole": made.add_format(cell | {"num_format": "#,##0"}),
            "parts": made.add_format(cell | {"num_format": "0.000"}),
            "tenths": made.add_format(cell | {"num_format": "0.0"}),
        }
        for sheet in sheets:
            _write(made, sheet, styles)


def _write(made: xlsxwriter.Workbook, of: Sheet, styles: dict[str, Format]) -> None:
    sheet = made.add_worksheet(of.title)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header("&C&A")
    sheet.set_footer("&C&P / &N")
    for place, (words, wide) in enumerate(of.headings):
        sheet.set_column(place, place, wide)
        kinds = {_style(row[place]) for row in of.rows if row[place] is not None}
        numbers = kinds and "plain" not in kinds
        write_cell(sheet, (0, place), words, styles["head of numbers" if numbers else "head"])
    sheet.set_row(0, 2 * _LINE)
    for at, row in enumerate(of.rows, 1):
        sheet.set_row(at, _LINE * _lines(row, of.headings))
        for place, one in enumerate(row):
            write_cell(sheet, (at, place), one, styles[_style(one)])


def _lines(row: Row, headings: Sequence[tuple[str, int]]) -> int:
    """Give how many lines the longest text of a row takes in its column; Chinese is twice as wide."""
    needed = [1]
    for one, (_, width) in zip(row, headings, strict=True):
        if isinstance(one, str):
            wide = sum(1 if char.isascii() else 2 for char in one)
            needed.append(ceil(wide / width))
    return max(needed)


def _style(value: object) -> str:
    if not isinstance(value, int | float):
        return "plain"
    if abs(value - round(value)) < _CENT or abs(value) >= _MANY:
        return "whole"
    return "tenths" if value == round(value, 1) else "parts"
