"""A form as a workbook: one sheet a table, merged headings, ready to print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from junheng.report.forms.page import Cell, Form, Page, lines
from junheng.report.office import PAPER_CODES, paper_footer, properties, set_up
from junheng.report.workbook import workbook, write_cell

FONT, TITLE_FONT = "宋体", "黑体"
_PIXELS = 96 / 25.4
_LOOKS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "align": "center", "bg_color": "#F2F2F2"},
    "centre": {"align": "center"},
    "left": {"align": "left"},
    "date": {"align": "center"},
    "dark": {"align": "center", "bg_color": "#A6A6A6", "bold": True},
    "unknown": {"align": "center", "bg_color": "#FFF2CC", "bold": True},
    "band": {"align": "left", "bold": True, "bg_color": "#F2F2F2"},
}


def write(form: Form, path: Path) -> None:
    """Write a form as a workbook; raises WrongUse when there is a file of that name already."""
    with workbook(path) as book:
        properties(book, form.title)
        _cover(book, form)
        for page in form.pages:
            PageSheet(book, page, form.footer).write()


def _cover(book: Workbook, form: Form) -> None:
    sheet = book.add_worksheet("封面")
    sheet.hide_gridlines(2)
    sheet.set_paper(PAPER_CODES["A4"])
    sheet.set_column_pixels(0, 0, 170 * _PIXELS)
    sheet.set_row(0, 150)
    big = book.add_format({"font_name": TITLE_FONT, "font_size": 20, "bold": True,
                           "align": "center", "valign": "vcenter", "text_wrap": True})  # fmt: skip
    line = book.add_format({"font_name": FONT, "font_size": 14, "align": "center",
                            "valign": "vcenter", "text_wrap": True})  # fmt: skip
    write_cell(sheet, (0, 0), form.title, big)
    for row, text in enumerate(form.cover, 1):
        sheet.set_row(row, 48)
        write_cell(sheet, (row, 0), text, line)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    sheet.set_footer(paper_footer(form.footer))


class PageSheet:
    """One page as a sheet: title, heading, rows, notes."""

    def __init__(self, book: Workbook, page: Page, foot: str) -> None:
        self.book, self.page = book, page
        self.sheet: Worksheet = book.add_worksheet(page.sheet)
        self._formats: dict[tuple[str, int | None], Any] = {}
        self._set_up(foot)

    def write(self) -> None:
        """Write everything."""
        title = self.book.add_format({"font_name": TITLE_FONT, "font_size": 16, "bold": True,
                                      "align": "center", "valign": "vcenter"})  # fmt: skip
        last = len(self.page.widths) - 1
        self._merge((0, 0, 0, last), self.page.title, title)
        self.sheet.set_row(0, 34)
        rows = [*self.page.head, *self.page.body]
        for at, (row, height) in enumerate(zip(rows, self.page.heights, strict=True), 1):
            self.sheet.set_row(at, height)
            for column, cell in enumerate(row):
                if cell:
                    self._cell(at, column, cell)
        self._notes(len(rows) + 1, last)

    def _set_up(self, foot: str) -> None:
        page, sheet = self.page, self.sheet
        for column, width in enumerate(page.widths):
            sheet.set_column_pixels(column, column, round(width * _PIXELS))
        set_up(sheet, foot, paper=page.paper, head=(0, len(page.head)))

    def _cell(self, row: int, column: int, cell: Cell) -> None:
        style = self._format(cell.look, None if cell.number is None else cell.digits)
        shown: object = cell.text if cell.number is None else cell.number
        if cell.rows > 1 or cell.columns > 1:
            area = (row, column, row + cell.rows - 1, column + cell.columns - 1)
            self._merge(area, shown, style)
        else:
            write_cell(self.sheet, (row, column), shown, style)

    def _merge(self, area: tuple[int, int, int, int], shown: object, style: Any) -> None:
        if area[0] == area[2] and area[1] == area[3]:
            write_cell(self.sheet, area[:2], shown, style)
            return
        self.sheet.merge_range(*area, "", style)
        write_cell(self.sheet, area[:2], shown, style)

    def _format(self, look: str, digits: int | None) -> Any:
        if (look, digits) not in self._formats:
            text = "yyyy-mm-dd" if look == "date" else "@"
            number = text if digits is None else "0" + ("." + "0" * digits if digits else "")
            self._formats[look, digits] = self.book.add_format(
                {"font_name": FONT, "font_size": self.page.font, "border": 1, "text_wrap": True,
                 "valign": "vcenter", "num_format": number, **_LOOKS[look]}
            )  # fmt: skip
        return self._formats[look, digits]

    def _notes(self, row: int, last: int) -> None:
        size = max(self.page.font, 9)
        style = self.book.add_format({"font_name": FONT, "font_size": size, "text_wrap": True,
                                      "align": "left", "valign": "top"})  # fmt: skip
        for at, note in enumerate(self.page.notes, row):
            self._merge((at, 0, at, last), note, style)
            needed = lines(note, sum(self.page.widths), size)
            self.sheet.set_row(at, needed * size * 1.5 + 3)
