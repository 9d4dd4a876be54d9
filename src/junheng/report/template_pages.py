"""The pages of a template that are read and not filled in: how to fill it in, and an example."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import yaml
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from junheng.errors import say
from junheng.model.tables import TABLES
from junheng.report.template_sheet import Styles
from junheng.report.template_words import heading
from junheng.report.workbook import write_cell

GUIDE, EXAMPLE = "说明", "示例（模拟）"
RULES = ("blank", "colours", "keys", "codes", "units", "choices", "notes", "paste", "formulas",
         "sheets", "privacy", "hand_in")  # fmt: skip
_COLOURS = ("required", "optional", "given")
_WIDTHS = (14, 120)


def guide(book: Workbook, styles: Styles, about: Sequence[tuple[str, str]]) -> None:
    """Write the first page: what this is, who asks and why, and how to fill it in."""
    sheet = book.add_worksheet(GUIDE)
    _page(sheet, _WIDTHS)
    write_cell(sheet, (0, 0), say("template.title", "zh"), styles.title)
    sheet.set_row(0, 30)
    row = 2
    for name, text in about:
        pair = say(f"template.about_{name}", "zh"), text or say("template.to_fill_in", "zh")
        row = _pair(sheet, row, pair, styles)
    row = _pair(sheet, row, (say("template.who", "zh"), say("template.who_text", "zh")), styles)
    for number, name in enumerate(RULES, 1):
        row = _pair(sheet, row, (f"{number}", say(f"template.rule_{name}", "zh")), styles)
    for name in _COLOURS:
        write_cell(sheet, (row, 0), say(f"template.colour_{name}", "zh"), styles.heading[name])
        write_cell(sheet, (row, 1), say(f"template.colour_{name}_text", "zh"), styles.plain)
        row += 1


def example(book: Workbook, styles: Styles, tables: Sequence[str]) -> None:
    """Write one page with a few filled rows of each table, marked as made up on every one."""
    sheet = book.add_worksheet(EXAMPLE)
    _page(sheet, [16] * max(len(TABLES[name].columns) for name in tables))
    row = 0
    for name in tables:
        columns = TABLES[name].columns
        text = say("template.example", "zh", table=TABLES[name].zh)
        for place in range(len(columns)):
            write_cell(sheet, (row, place), text if place == 0 else None, styles.banner)
            kind = "required" if columns[place].required else "optional"
            write_cell(sheet, (row + 1, place), heading(columns[place]), styles.heading[kind])
        sheet.set_row(row + 1, 54)
        for row, cells in enumerate(_examples()[name], row + 2):  # noqa: B020  # goes on below
            for place, cell in enumerate(cells):
                style = styles.cell if isinstance(cell, str) else styles.figure
                write_cell(sheet, (row, place), cell, style)
        row += 2


def _page(sheet: Worksheet, widths: Sequence[int]) -> None:
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.set_default_row(18)
    sheet.fit_to_pages(1, 0)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)


def _pair(sheet: Worksheet, row: int, pair: tuple[str, str], styles: Styles) -> int:
    """Write a name and what is said of it; gives the next row."""
    write_cell(sheet, (row, 0), pair[0], styles.bold)
    write_cell(sheet, (row, 1), pair[1], styles.plain)
    sheet.set_row(row, 18 * (1 + len(pair[1]) // 60))
    return row + 1


@cache
def _examples() -> dict[str, list[list[Any]]]:
    place = resources.files("junheng.report").joinpath("template_example.yaml")
    found: dict[str, list[list[Any]]] = yaml.safe_load(place.read_text("utf-8"))
    return found
