"""The table of counties as a file: numbers as numbers, text as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from junheng.report.words import Words
from junheng.web.boards.provinces import Entry, coefficients
from junheng.web.boards.shorts import Short

Cell = str | int | float | None
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(found: Sequence[Entry], words: Words) -> Iterator[list[Cell]]:
    """Give the headings, then a row a county: all that the page can show."""
    columns = coefficients(found)
    named = [f"{words.level(level)} {words.indicator(name)}" for level, name in columns]
    yield [*_headings(), *named]
    for entry in found:
        cvs = (entry.cvs.get(key) for key in columns)
        yield [*_row(entry, words), *(row.cv if row else None for row in cvs)]


def _headings() -> list[Cell]:
    return [
        _("代码"), _("县"), _("环节"), _("测算结论"), _("学校（学段）达标"), _("不达标"), _("未定"),
        _("超过要求的差异系数"), _("未达标项目"), _("缺数据项目"), _("最差系数是要求的几倍"),
        _("计划年份"),
    ]  # fmt: skip


def _row(entry: Entry, words: Words) -> list[Cell]:
    state, verdict = entry.state_label, words.verdict(entry.verdict)
    return [entry.code, entry.name, state, verdict, *_counts(entry.short), entry.planned]


def _counts(short: Short | None) -> list[Cell]:
    if short is None:
        return [None] * 7
    sections = [short.sections[name] for name in ("pass", "fail", "not_assessed")]
    return [*sections, short.balance_unmet, short.items_unmet, short.items_open, short.farthest]


def as_csv(found: Iterable[list[Cell]]) -> bytes:
    """Write a table as CSV that spreadsheets open in the right characters and run nothing of."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in found:
        writer.writerow(["" if cell is None else _harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def as_xlsx(found: Iterable[list[Cell]]) -> bytes:
    """Write a table as a workbook: text is written as text, whatever it begins with."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for y, row in enumerate(found):
        for x, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(y, x, cell)
            elif cell is not None:
                sheet.write_number(y, x, cell)
    sheet.freeze_panes(1, 2)
    book.close()
    return out.getvalue()
